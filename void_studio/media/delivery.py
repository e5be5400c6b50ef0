"""Deliveries: a version's copy for one host, in what hosts read (DESIGN a)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from void_studio.core import UsageError
from void_studio.media.adapt import adapted
from void_studio.media.colour import (
    MATRIX_BT709,
    RANGE_FULL,
    RANGE_LIMITED,
    UNSPECIFIED,
    UNTAGGED,
    ColourTags,
    colour_of,
)
from void_studio.media.layout import PixelLayout, layout_of
from void_studio.media.plate import PlateRef

if TYPE_CHECKING:
    from void_studio.media.sound import Sound
    from void_studio.media.writer import MovieWriter

__all__ = ["DeliveryKind", "delivery_for", "is_bit_exact", "open_delivery"]


class DeliveryKind(Enum):
    """What a delivery is encoded as; all in QuickTime MOV."""

    V210 = "v210"
    PRORES_422_HQ = "prores_422_hq"
    PRORES_4444 = "prores_4444"
    DNXHR_HQX = "dnxhr_hqx"
    DNXHR_444 = "dnxhr_444"

    @property
    def suffix(self) -> str:
        """Of the file name."""
        return ".mov"


@dataclass(frozen=True, slots=True)
class _Codec:
    """An encoder; `odd_name` is the one for odd widths, slower or the same."""

    name: str
    odd_name: str
    options: Mapping[str, str]
    threads: str
    pixel_format: str
    with_alpha: str


_PRORES = partial(_Codec, "prores", "prores_ks", threads="FRAME")
_DNXHR = partial(_Codec, "dnxhd", "dnxhd", threads="SLICE")
_CODECS = {
    DeliveryKind.V210: _Codec("v210", "v210", {}, "SLICE", "yuv422p10le", "yuv422p10le"),
    DeliveryKind.PRORES_422_HQ: _PRORES(
        {"profile": "3"}, pixel_format="yuv422p10le", with_alpha="yuv422p10le"
    ),
    DeliveryKind.PRORES_4444: _PRORES(
        {"profile": "4"}, pixel_format="yuv444p10le", with_alpha="yuva444p10le"
    ),
    DeliveryKind.DNXHR_HQX: _DNXHR(
        {"profile": "dnxhr_hqx"}, pixel_format="yuv422p10le", with_alpha="yuv422p10le"
    ),
    DeliveryKind.DNXHR_444: _DNXHR(
        {"profile": "dnxhr_444"}, pixel_format="yuv444p10le", with_alpha="yuv444p10le"
    ),
}
_FAMILIES = {
    "prores": (DeliveryKind.PRORES_422_HQ, DeliveryKind.PRORES_4444),
    "dnxhr": (DeliveryKind.DNXHR_HQX, DeliveryKind.DNXHR_444),
}


def delivery_for(layout: PixelLayout, *, family: str = "prores") -> DeliveryKind:
    """The kind for plates of this layout: v210 for 4:2:2 up to 10 bit without alpha.

    Else the `family`'s ("prores" or "dnxhr") 4:4:4 kind for 4:4:4, RGB and alpha, its 4:2:2 kind
    for the rest. DNxHR has no alpha, it is dropped there. Raises UsageError for another family.
    """
    if family not in _FAMILIES:
        known = " or ".join(_FAMILIES)
        raise UsageError(f"no delivery family {family!r}", hint=f"use {known}")
    if layout.subsampling == "4:2:2" and layout.bits <= 10 and not layout.has_alpha:
        return DeliveryKind.V210
    half, full = _FAMILIES[family]
    return full if layout.has_alpha or layout.subsampling in ("4:4:4", "rgb") else half


def is_bit_exact(kind: DeliveryKind, layout: PixelLayout, *, tags: ColourTags = UNTAGGED) -> bool:
    """Whether a delivery gives back every sample of a plate with this layout and these tags.

    True for v210 of limited-range 4:2:2: 10-bit samples as they are, 8- and 9-bit ones as
    value << 2 and value << 1, so that shifting back is exact. A full-range plate is converted,
    since a v210 file can not say that it is full range: False.
    """
    full = layout.full_range or tags.range == RANGE_FULL
    fits = layout.subsampling == "4:2:2" and layout.bits <= 10 and not layout.has_alpha
    return kind is DeliveryKind.V210 and fits and not full


def open_delivery(
    path: Path,
    ref: PlateRef,
    kind: DeliveryKind,
    *,
    first_frame: int,
    sound: Sound | None = None,
) -> MovieWriter:
    """A writer of a MOV with a timecode track where the plate has timecode.

    Takes frames of the plate's layout, `first_frame` being the number of the first. Rate, pixel
    aspect and tags are the plate's, unknown ones stay unknown; the range is limited, and R'G'B' is
    coded with BT.709 weights and tagged so. Scene-linear floats get the sRGB curve, which stays
    untagged: ProRes has no code for it.
    DNxHR can not leave the matrix open: there an untagged plate gets the one that is assumed.
    `sound` is copied along. Raises Refused for a size that the codec has not: v210 needs an even
    width, DNxHR at least 256x120.
    """
    from void_studio.media.v210 import v210_packets
    from void_studio.media.writer import Encoding, MovieWriter, encoded

    codec = _CODECS[kind]
    layout = layout_of(codec.with_alpha if ref.layout.has_alpha else codec.pixel_format)
    tags = _delivered_tags(ref, kind)
    encoding = Encoding(
        container="mov",
        codec=codec.odd_name if ref.extent.width % 2 else codec.name,
        layout=layout,
        colour=tags,
        prepare=partial(adapted, layout=layout),
        codec_options=codec.options,
        container_options=_mov_options(ref, tags),
        threads=codec.threads,
        packets=v210_packets if kind is DeliveryKind.V210 else encoded,
    )
    return MovieWriter(path, ref, encoding, first_frame=first_frame, sound=sound)


def _delivered_tags(ref: PlateRef, kind: DeliveryKind) -> ColourTags:
    working = colour_of(ref.colour, ref.layout, ref.extent, ref.rate)
    tags = ref.colour
    if working.full_range:
        tags = replace(tags, range=RANGE_LIMITED)
    if ref.layout.is_rgb:
        return replace(tags, matrix=MATRIX_BT709)
    names_a_matrix = kind in (DeliveryKind.DNXHR_HQX, DeliveryKind.DNXHR_444)
    if names_a_matrix and tags.matrix == UNSPECIFIED:
        return replace(tags, matrix=working.matrix)
    return tags


def _mov_options(ref: PlateRef, tags: ColourTags) -> dict[str, str]:
    from void_studio.media.writer import tick_of

    ticks = tick_of(ref).denominator
    scale = ticks if ticks >= 1000 else ticks * 1000
    known = {tags.primaries, tags.transfer, tags.matrix} != {UNSPECIFIED}
    colour = {"movflags": "+write_colr"} if known else {}
    return {"video_track_timescale": str(scale), **colour}
