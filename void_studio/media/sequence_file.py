"""One image file through OpenImageIO: its facts, its samples, and why it can not be a plate."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from OpenImageIO import ImageInput, ImageSpec, geterror

from void_studio.core import BadInput, Extent, NotPresent, Rect
from void_studio.media.layout import PixelLayout
from void_studio.media.sequence_layout import ImageStorage, storage_of

__all__ = ["ImageFile", "ImageHeader", "lossy_compression", "open_image", "reason_of"]

MAX_SIDE = 16_384
_MOST_CHANNELS = 256
_LARGEST_BYTES = 1 << 32
_LONGEST_REASON = 200
_FORMATS = {
    ".exr": "openexr",
    ".dpx": "dpx",
    ".tif": "tiff",
    ".tiff": "tiff",
    ".png": "png",
}
_COLOUR = (("R", "G", "B", "A"), ("R", "G", "B"), ("Y", "A"), ("Y",))
_LOSSY = ("dwaa", "dwab", "b44", "b44a", "jpeg")
_LOSSY_FOR_FLOATS = "pxr24"
_TIFF_COLOUR = (1, 2, 3)
_DPX_COLOUR = ("RGB", "RGBA", "ABGR", "Luma")


@dataclass(frozen=True, slots=True)
class ImageHeader:
    """What a file says before its samples.

    `extent` is that of the display window; `window` is where the stored samples lie in it, and may
    be smaller or reach over its edges. `spec` has all attributes.
    """

    extent: Extent
    window: Rect
    storage: ImageStorage
    spec: ImageSpec

    @property
    def layout(self) -> PixelLayout:
        """Of the frame's planes."""
        return self.storage.layout

    @property
    def has_more_channels(self) -> bool:
        """Whether there are channels beside colour and alpha."""
        return self.spec.nchannels > self.storage.count


class ImageFile:
    """An open file. Made by `open_image`."""

    def __init__(self, path: Path, image: ImageInput) -> None:
        self._path = path
        self._image = image
        self.header = _header(path, image)

    def colour(self) -> npt.NDArray[Any]:
        """The stored samples of the picture: (window height, window width, count)."""
        storage = self.header.storage
        return self._read(storage.count, storage.sample)

    def everything(self) -> npt.NDArray[Any]:
        """The samples of all channels, in the one type that holds each of them."""
        spec = self.header.spec
        return self._read(spec.nchannels, str(spec.format))

    def _read(self, count: int, sample: str) -> npt.NDArray[Any]:
        found = self._image.read_image(0, 0, 0, count, sample)
        window = self.header.window
        if found is None or self._image.has_error:
            raise BadInput(
                f"is damaged ({reason_of(self._image.geterror)})",
                where=self._path,
                hint="copy or render it again",
            )
        array: npt.NDArray[Any] = np.asarray(found)
        return array.reshape(window.height, window.width, count)


@contextmanager
def open_image(path: Path) -> Iterator[ImageFile]:
    """Open a file of a sequence.

    Raises NotPresent when there is none, BadInput for what is no image of the kind that its name
    says, several pictures in one file, and channels that are no grey or RGB picture.
    """
    if not path.is_file():
        raise NotPresent("no such file", where=path, hint="check the path")
    settings = ImageSpec()
    settings.attribute("oiio:UnassociatedAlpha", 1)
    image = ImageInput.open(str(path), settings)
    if image is None:
        raise BadInput(f"can not be read ({reason_of(geterror)})", where=path)
    try:
        yield ImageFile(path, image)
    except UnicodeDecodeError as error:
        raise BadInput("has a header that is no text", where=path) from error
    finally:
        image.close()


def lossy_compression(header: ImageHeader) -> str | None:
    """The file's compression where it does not give back every sample, None where it does."""
    name = header.spec.get_string_attribute("compression").split(":")[0]
    rounds = name == _LOSSY_FOR_FLOATS and str(header.spec.format) == "float"
    return name if name in _LOSSY or rounds else None


def _header(path: Path, image: ImageInput) -> ImageHeader:
    spec = image.spec()
    if image.format_name() != _FORMATS[path.suffix.lower()]:
        raise BadInput(f"is {image.format_name()} under a wrong name", where=path)
    try:
        _check_size(spec)
        _check_parts(image, spec)
        _check_colour(spec)
        storage = _storage(spec)
    except BadInput as error:
        raise BadInput(error.what, where=path, hint=error.hint) from error
    extent = Extent(spec.full_width, spec.full_height)
    window = Rect(spec.x - spec.full_x, spec.y - spec.full_y, spec.width, spec.height)
    return ImageHeader(extent, window, storage, spec)


def _check_size(spec: ImageSpec) -> None:
    sides = (spec.width, spec.height, spec.full_width, spec.full_height)
    if not all(0 < side <= MAX_SIDE for side in sides) or spec.depth > 1:
        raise BadInput(f"a picture of {spec.width}x{spec.height}x{spec.depth} is not supported")
    if spec.nchannels > _MOST_CHANNELS:
        raise BadInput(f"has {spec.nchannels} channels, more than {_MOST_CHANNELS}")
    if spec.image_bytes() > _LARGEST_BYTES:
        raise BadInput(f"holds {spec.image_bytes()} bytes, more than {_LARGEST_BYTES}")


def _check_parts(image: ImageInput, spec: ImageSpec) -> None:
    if spec.deep:
        raise BadInput("holds deep samples", hint="flatten it to one sample per pixel")
    if image.seek_subimage(1, 0):
        raise BadInput(
            "holds several pictures (a multi-part or multi-page file)",
            hint="write the part with the picture to a sequence of its own",
        )
    if image.seek_subimage(0, 1):
        raise BadInput(
            "is a texture with smaller copies inside", hint="write it without mip levels"
        )
    reason_of(image.geterror)
    image.seek_subimage(0, 0)


def _check_colour(spec: ImageSpec) -> None:
    tiff = spec.get_int_attribute("tiff:PhotometricInterpretation", _TIFF_COLOUR[0])
    dpx = spec.get_string_attribute("dpx:ImageDescriptor", _DPX_COLOUR[0])
    if tiff not in _TIFF_COLOUR or dpx not in _DPX_COLOUR:
        raise BadInput("is neither grey nor RGB inside", hint="convert the sequence to RGB")


def _storage(spec: ImageSpec) -> ImageStorage:
    names = tuple(spec.channelnames)
    found = next((known for known in _COLOUR if names[: len(known)] == known), None)
    if found is None:
        listed = ", ".join(names[:8])
        raise BadInput(
            f"has no channels R, G, B or Y, but {listed}", hint="write the picture as R, G and B"
        )
    samples = {str(spec.channelformat(channel)) for channel in range(spec.nchannels)}
    colour = {str(spec.channelformat(channel)) for channel in range(len(found))}
    if len(colour) != 1:
        raise BadInput("has colour channels of several types", hint="write them alike")
    if len(samples) > 1 and not samples <= {"half", "float"}:
        raise BadInput(
            "has integer channels beside others", hint="write them to files of their own"
        )
    sample = colour.pop()
    whole = {"uint8": 8, "uint16": 16, "half": 16}.get(sample, 32)
    return storage_of(sample, len(found), spec.get_int_attribute("oiio:BitsPerSample", whole))


def reason_of(pending: Callable[[], str]) -> str:
    """The library's reason in one printable line; it quotes what is in the file, text or not."""
    try:
        text = pending()
    except UnicodeDecodeError as error:
        text = bytes(error.object).decode(errors="replace")
    line = next(iter(text.strip().splitlines()), "no reason given")[:_LONGEST_REASON]
    return "".join(sign if sign.isprintable() else "?" for sign in line)
