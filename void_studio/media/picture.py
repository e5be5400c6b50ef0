"""Small pictures that come over a wire, for showing."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
import numpy.typing as npt

from void_studio.core import BadInput

if TYPE_CHECKING:
    import av

__all__ = ["decode_picture"]

_LARGEST_BYTES = 4 << 20
_MOST_PIXELS = 4 << 20
_CODECS = {b"\xff\xd8\xff": "mjpeg", b"\x89PN": "png"}


def decode_picture(data: bytes) -> npt.NDArray[np.uint8]:
    """A JPEG or PNG as uint8 (height, width, 4), in the order B, G, R, 255.

    Its size is checked before anything of it is decoded. Raises BadInput for anything else, and
    for more than 4 MiB or 4 million pixels.
    """
    import av

    codec = _CODECS.get(data[:3])
    if codec is None or len(data) > _LARGEST_BYTES:
        raise BadInput(f"{len(data)} bytes are no JPEG or PNG that can be shown")
    context = cast("av.VideoCodecContext", av.CodecContext.create(codec, "r"))
    context.options = {"max_pixels": str(_MOST_PIXELS)}
    try:
        frames = [*context.decode(av.Packet(data)), *context.decode(None)]
    except av.FFmpegError as error:
        raise BadInput(f"a picture that can not be shown ({error.strerror})") from error
    if not frames:
        raise BadInput("a picture that is cut off")
    pixels: npt.NDArray[np.uint8] = frames[0].to_ndarray(format="bgra").astype(np.uint8, copy=False)
    pixels[..., 3] = 255
    return pixels
