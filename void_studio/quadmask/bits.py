"""One-bit samples as bytes: eight to a byte, then one zstd frame; nothing set is no byte at all."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import zstandard

from void_studio.core import BadInput, Extent

__all__ = ["Matte", "check_bits", "compress_bits", "expand_bits"]

Matte = npt.NDArray[np.bool_]
_LEVEL = 1


def compress_bits(matte: Matte) -> bytes:
    """The blob of a boolean array (height, width). Equal arrays give equal blobs."""
    if not matte.any():
        return b""
    packed = np.packbits(matte)
    return zstandard.ZstdCompressor(level=_LEVEL).compress(packed.tobytes())


def expand_bits(blob: bytes, extent: Extent) -> Matte:
    """The boolean array (height, width) in a blob, owned by the caller.

    Raises BadInput when the blob is damaged or holds another number of samples.
    """
    if not blob:
        return np.zeros(extent.shape, np.bool_)
    check_bits(blob, extent)
    try:
        data = zstandard.ZstdDecompressor().decompress(blob, allow_extra_data=False)
    except zstandard.ZstdError as error:
        raise BadInput(f"a painted matte is damaged ({error})") from error
    bits = np.unpackbits(np.frombuffer(data, np.uint8), count=extent.width * extent.height)
    return bits.view(np.bool_).reshape(extent.shape)


def check_bits(blob: bytes, extent: Extent) -> None:
    """Raise BadInput when a blob does not declare as many samples as `extent` has."""
    wanted = -(-extent.width * extent.height // 8)
    try:
        declared = zstandard.frame_content_size(blob) if blob else wanted
    except zstandard.ZstdError as error:
        raise BadInput(f"a painted matte is damaged ({error})") from error
    if declared != wanted:
        raise BadInput(f"a painted matte has {declared} bytes where {extent} needs {wanted}")
