"""How the samples of image files lie in planes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from void_studio.core import BadInput
from void_studio.media.frame import Samples
from void_studio.media.layout import ALPHA, PixelLayout, layout_of

__all__ = ["ImageStorage", "image_from_planes", "planes_of_image", "storage_in", "storage_of"]

Image = npt.NDArray[Any]
_DTYPES = {"uint8": np.uint8, "uint16": np.uint16, "half": np.float16, "float": np.float32}
_NAMES = {
    "uint8": ("gray", "ya8", "rgb24", "rgba"),
    "uint16": ("gray16le", "ya16le", "rgb48le", "rgba64le"),
    "half": ("grayf16le", "yaf16le", "rgbf16le", "rgbaf16le"),
    "float": ("grayf32le", "yaf32le", "rgbf32le", "rgbaf32le"),
}
_SHORT_WORDS = {
    (10, 1): "gray10le",
    (10, 3): "gbrp10le",
    (12, 1): "gray12le",
    (12, 3): "gbrp12le",
    (12, 4): "gbrap12le",
}
_KINDS = {
    ".png": ("uint8", "uint16"),
    ".tif": ("uint8", "uint16", "half", "float"),
    ".tiff": ("uint8", "uint16", "half", "float"),
    ".dpx": ("uint8", "uint16"),
    ".exr": ("half", "float"),
}


@dataclass(frozen=True, slots=True)
class ImageStorage:
    """Grey or RGB, with or without alpha, as the first `count` channels of an image file.

    `sample` is `uint8`, `uint16`, `half` or `float`; `bits` of it are used, the rest repeat the
    upper ones (as DPX files of 10 and 12 bits are read).
    """

    sample: str
    count: int
    bits: int

    @property
    def layout(self) -> PixelLayout:
        """The layout of the plate's frames."""
        short = _SHORT_WORDS.get((self.bits, self.count))
        return layout_of(short or _NAMES[self.sample][self.count - 1])

    @property
    def dtype(self) -> npt.DTypeLike:
        """Of the array that is read from the file and written to it."""
        return _DTYPES[self.sample]

    @property
    def channel_names(self) -> tuple[str, ...]:
        """As files call them."""
        return (("Y",), ("Y", "A"), ("R", "G", "B"), ("R", "G", "B", "A"))[self.count - 1]


def storage_of(sample: str, count: int, bits: int) -> ImageStorage:
    """What a file with these channels holds. Raises BadInput for samples that are not worked on."""
    whole = np.dtype(_DTYPES[sample]).itemsize * 8 if sample in _DTYPES else 0
    if sample == "uint8" and bits < whole:
        bits = whole
    if not whole or (bits != whole and (bits, count) not in _SHORT_WORDS):
        raise BadInput(
            f"{count} channels of {sample} samples with {bits} bits can not be worked on",
            hint="convert the sequence to 8 or 16 bits, or to half floats",
        )
    return ImageStorage(sample, count, bits)


def storage_in(kind: str, layout: PixelLayout) -> ImageStorage | None:
    """How files of this kind (`.png`) hold every sample of a layout; None when they can not."""
    if not (layout.is_rgb or layout.is_grey):
        return None
    count = (3 if layout.is_rgb else 1) + layout.has_alpha
    if layout.is_float:
        sample = "half" if layout.bits == 16 else "float"
    else:
        sample = "uint8" if layout.bits == 8 else "uint16"
    short = layout.bits in (10, 12) and not layout.is_float
    fits = (layout.bits, count) in _SHORT_WORDS if short else layout.bits in (8, 16, 32)
    if sample not in _KINDS[kind] or not fits or (short and kind != ".dpx"):
        return None
    return ImageStorage(sample, count, layout.bits)


def planes_of_image(image: Image, storage: ImageStorage) -> tuple[Samples, ...]:
    """Planes as `storage.layout` has them, from (height, width, count); read-only."""
    shift = _unused_bits(storage)
    if shift:
        image = np.right_shift(image, shift)
    planes = []
    for plane in storage.layout.planes:
        picked = [_position(component, storage) for component in plane.components]
        whole = picked == list(range(storage.count))
        samples = np.ascontiguousarray(image if whole else image[..., picked])
        samples = samples.reshape(samples.shape[:2]) if len(picked) == 1 else samples
        samples.flags.writeable = False
        planes.append(samples)
    return tuple(planes)


def image_from_planes(planes: tuple[Samples, ...], storage: ImageStorage) -> Image:
    """The way back: (height, width, count) as the file has it."""
    if len(planes) == 1:
        image: Image = planes[0].reshape(*planes[0].shape[:2], storage.count)
    else:
        image = _gathered(planes, storage)
    shift = _unused_bits(storage)
    if shift:
        image = np.left_shift(image, shift) | np.right_shift(image, storage.bits - shift)
    return image


def _gathered(planes: tuple[Samples, ...], storage: ImageStorage) -> Image:
    image: Image = np.empty((*planes[0].shape[:2], storage.count), storage.dtype)
    for plane, samples in zip(storage.layout.planes, planes, strict=True):
        picked = [_position(component, storage) for component in plane.components]
        image[..., picked] = samples.reshape(*samples.shape[:2], -1)
    return image


def _position(component: int, storage: ImageStorage) -> int:
    return storage.count - 1 if component == ALPHA else component


def _unused_bits(storage: ImageStorage) -> int:
    return np.dtype(storage.dtype).itemsize * 8 - storage.bits
