"""From code values to signal levels and back (ITU-T H.273, equations for quantisation)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from void_studio.media.colour import Colour
from void_studio.media.layout import PixelLayout

__all__ = ["code_levels", "codes_from_rgb", "rgb_from_codes"]

WHITE = 65535.0
Matrix = npt.NDArray[np.float64]


def code_levels(layout: PixelLayout, colour: Colour) -> tuple[Matrix, Matrix]:
    """Scale and offset of each of Y, U, V: code = scale * level + offset.

    Levels are 0..1 for luma and -0.5..0.5 for chroma.
    """
    top, unit = float((1 << layout.bits) - 1), 2.0 ** (layout.bits - 8)
    centre = 128 * unit
    if colour.full_range:
        return np.array([top, top, top]), np.array([0.0, centre, centre])
    return np.array([219.0, 224.0, 224.0]) * unit, np.array([16 * unit, centre, centre])


def rgb_from_codes(layout: PixelLayout, colour: Colour) -> Matrix:
    """3 x 4: R'G'B' in 0..65535 from (Y, U, V, 1) in code values of `layout`."""
    scale, offset = code_levels(layout, colour)
    linear = WHITE * np.linalg.inv(_luma_chroma(colour)) / scale
    return np.column_stack([linear, -linear @ offset])


def codes_from_rgb(layout: PixelLayout, colour: Colour) -> Matrix:
    """3 x 4: (Y, U, V) in code values of `layout` from (R', G', B', 1) in 0..65535."""
    scale, offset = code_levels(layout, colour)
    return np.column_stack([scale[:, None] * _luma_chroma(colour) / WHITE, offset])


def _luma_chroma(colour: Colour) -> Matrix:
    luma = np.array([colour.kr, 1 - colour.kr - colour.kb, colour.kb])
    blue = (np.array([0.0, 0.0, 1.0]) - luma) / (2 * (1 - colour.kb))
    red = (np.array([1.0, 0.0, 0.0]) - luma) / (2 * (1 - colour.kr))
    return np.stack([luma, blue, red])
