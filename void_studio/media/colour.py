"""Colour tags as a file stores them, and what is assumed where it is silent (DESIGN j)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from void_studio.core import Extent
from void_studio.media.layout import PixelLayout

__all__ = ["UNTAGGED", "Colour", "ColourTags", "colour_of"]

UNSPECIFIED = 2
MATRIX_RGB, MATRIX_BT709, MATRIX_BT470BG, MATRIX_BT601, MATRIX_BT2020 = 0, 1, 5, 6, 9
RANGE_UNSPECIFIED, RANGE_LIMITED, RANGE_FULL = 0, 1, 2
SCENE_LINEAR = "scene-linear light, seen through the sRGB curve from 0 to 1"
_KNOWN_MATRICES = (MATRIX_BT709, MATRIX_BT470BG, MATRIX_BT601, MATRIX_BT2020)


@dataclass(frozen=True, slots=True)
class ColourTags:
    """The code points of ITU-T H.273 as stored; 2 = unspecified, for `range` 0 = unspecified."""

    primaries: int = UNSPECIFIED
    transfer: int = UNSPECIFIED
    matrix: int = UNSPECIFIED
    range: int = RANGE_UNSPECIFIED


UNTAGGED = ColourTags()


@dataclass(frozen=True, slots=True)
class Colour:
    """What is needed to turn samples into R'G'B': matrix weights and range, and what was assumed.

    `kr` and `kb` are the luma weights of red and blue. `assumed` names the tags that the file does
    not carry, empty when all were read.
    """

    kr: float
    kb: float
    full_range: bool
    assumed: tuple[str, ...]

    @property
    def matrix(self) -> int:
        """The code point of these weights, that of 525 lines for BT.601; 2 when there is none."""
        weights = (self.kr, self.kb)
        return next((code for code in _BY_WEIGHT if _WEIGHTS[code] == weights), UNSPECIFIED)


_BY_WEIGHT = (MATRIX_BT709, MATRIX_BT601, MATRIX_BT2020)
_WEIGHTS = {
    MATRIX_BT709: (0.2126, 0.0722),
    MATRIX_BT470BG: (0.299, 0.114),
    MATRIX_BT601: (0.299, 0.114),
    MATRIX_BT2020: (0.2627, 0.0593),
}


def colour_of(tags: ColourTags, layout: PixelLayout, extent: Extent, rate: Fraction) -> Colour:
    """The colour to work with; untagged is BT.709 limited from 720 lines on, else BT.601.

    Floats are taken to be scene-linear light, seen through the sRGB curve.
    """
    if layout.is_float:
        return Colour(*_WEIGHTS[MATRIX_BT709], full_range=True, assumed=(SCENE_LINEAR,))
    del rate  # BT.601's 525 and 625 line systems share one matrix (ITU-R BT.601-7, table 3)
    if layout.is_rgb:
        assumed = () if tags.range == RANGE_FULL else ("range full",)
        return Colour(*_WEIGHTS[MATRIX_BT709], full_range=True, assumed=assumed)
    assumed_tags: list[str] = []
    matrix = tags.matrix
    if matrix not in _KNOWN_MATRICES:
        matrix = MATRIX_BT709 if extent.height >= 720 else MATRIX_BT601
        assumed_tags.append(f"matrix {'BT.709' if matrix == MATRIX_BT709 else 'BT.601'}")
    full = layout.full_range or tags.range == RANGE_FULL
    if tags.range == RANGE_UNSPECIFIED and not layout.full_range:
        assumed_tags.append("range limited")
    return Colour(*_WEIGHTS[matrix], full_range=full, assumed=tuple(assumed_tags))
