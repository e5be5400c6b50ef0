"""What is written into each file of a sequence: samples and header."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from OpenImageIO import ImageSpec

from void_studio.core import BadInput, Rect, Refused
from void_studio.media.frame import Frame, repack
from void_studio.media.pattern import SequencePattern
from void_studio.media.plate import PlateRef
from void_studio.media.sequence_clock import write_clock
from void_studio.media.sequence_file import ImageHeader, lossy_compression, open_image
from void_studio.media.sequence_layout import ImageStorage, image_from_planes, storage_in

__all__ = ["FreshImages", "PlateImages"]

Image = npt.NDArray[Any]
_LOSSLESS = "zip"
_NO_DATE = ""


@dataclass(frozen=True, slots=True)
class PlateImages:
    """Files of a sequence plate again, with other colour samples.

    Windows, attributes, further channels and compression are those of the plate's file. The data
    window grows to the display window where a frame has samples other than 0 outside of it; lossy
    compression becomes zip.
    """

    plate: SequencePattern
    ref: PlateRef

    def image(self, frame: Frame, number: int) -> tuple[ImageSpec, Image]:
        """Header and samples of the file for `frame`, which is the plate's frame `number`."""
        path = self.plate.file(number)
        with open_image(path) as source:
            header = source.header
            if (header.extent, header.layout) != (frame.extent, frame.layout):
                raise BadInput("has changed since the plate was opened", where=path)
            picture = image_from_planes(frame.planes, header.storage)
            if header.window == frame.extent.rect and not header.has_more_channels:
                return _same_header(header), picture
            stored = source.everything() if header.has_more_channels else source.colour()
        return _placed(picture, stored, header)


@dataclass(frozen=True, slots=True)
class FreshImages:
    """Files of a kind (`.png`) for a plate that is a movie; made by `for_plate`."""

    kind: str
    ref: PlateRef
    storage: ImageStorage

    @classmethod
    def for_plate(cls, path: Path, kind: str, ref: PlateRef) -> FreshImages:
        """Raises Refused when such files can not hold every sample of the plate."""
        storage = storage_in(kind, ref.layout)
        if storage is None:
            raise Refused(
                f"{kind} files can not hold {ref.layout.pixel_format} sample by sample",
                where=path,
                hint="name the kind of files that the plate has, or a movie: a name in .mkv",
            )
        return cls(kind, ref, storage)

    def image(self, frame: Frame, number: int) -> tuple[ImageSpec, Image]:
        """Header and samples of the file for `frame`, which is the plate's frame `number`."""
        ref, storage = self.ref, self.storage
        spec = ImageSpec(ref.extent.width, ref.extent.height, storage.count, storage.sample)
        spec.channelnames = storage.channel_names
        if ref.layout.has_alpha:
            spec.alpha_channel = storage.count - 1
            spec.attribute("oiio:UnassociatedAlpha", 1)
        spec.attribute("oiio:BitsPerSample", storage.bits)
        spec.attribute("PixelAspectRatio", float(ref.pixel_aspect))
        spec.attribute("compression", _LOSSLESS)
        spec.attribute("DateTime", _NO_DATE)
        write_clock(spec, self.kind, ref.rate, ref.timecode_at(number))
        return spec, image_from_planes(repack(frame, storage.layout).planes, storage)


def _same_header(header: ImageHeader) -> ImageSpec:
    """The header without a time of its own where it had none: equal frames give equal files."""
    spec = ImageSpec(header.spec)
    if not spec.get_string_attribute("DateTime"):
        spec.attribute("DateTime", _NO_DATE)
    if lossy_compression(header):
        spec.attribute("compression", _LOSSLESS)
    return spec


def _placed(picture: Image, stored: Image, header: ImageHeader) -> tuple[ImageSpec, Image]:
    """`picture`, of the display window, over the colour channels of what is stored."""
    spec, window, display = _same_header(header), header.window, header.extent.rect
    if _reaches_out(picture, window):
        grown = window.union(display)
        whole = np.zeros((*grown.extent.shape, stored.shape[2]), stored.dtype)
        whole[window.shifted(-grown.x, -grown.y).slices] = stored
        spec.x, spec.y = spec.x + grown.x - window.x, spec.y + grown.y - window.y
        spec.width, spec.height = grown.width, grown.height
        stored, window = whole, grown
    inside = window.intersect(display)
    count = header.storage.count
    result = stored.copy()
    result[..., :count][inside.shifted(-window.x, -window.y).slices] = picture[inside.slices]
    return spec, result


def _reaches_out(picture: Image, window: Rect) -> bool:
    """Whether a sample outside the data window is not 0."""
    outside = picture.copy()
    outside[window.intersect(Rect(0, 0, picture.shape[1], picture.shape[0])).slices] = 0
    return bool(outside.any())
