"""The mattes drawn over the picture, in device pixels. Only arrays: no Qt, no document.

Outlines and halos are functions of the distance to the matte's edge. The coverage blurred by a
Gaussian of known width tells that distance along a straight edge: it is the Gaussian's integral.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt

from void_studio.core import Rect

__all__ = [
    "LINE_PX",
    "MARGIN",
    "SELECTED_PX",
    "OverlayStyle",
    "Rgb",
    "draw_matte",
    "draw_model",
    "draw_overlay",
    "draw_outline",
]

MARGIN = 4
_BLUR = 1.2
_BLUR_SIZE = (7, 7)
_SHOWN = 64
_HALO_PX, _HALO_STRENGTH = 3.0, 0.6
LINE_PX, SELECTED_PX, _LINE_INSET_PX = 1.25, 2.0, 0.5
_DASH, _GAP = 7, 4
_STRIPE = 4
_AFFECTED_SHARE, _OVERLAP_SHARE = 0.72, 1.2
_MATTE_AFFECTED = 150
_MODEL_AFFECTED, _MODEL_KEEP, _HALF = 127, 255, 128

Bgrx = npt.NDArray[np.uint8]
Coverage = npt.NDArray[np.uint8]
Rgb = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class OverlayStyle:
    """Colours of the roles (R, G, B), opacity 0..1, and how wide a device pixel ratio makes lines.

    `fills` is off for the boundary view. `remove_px` and `affected_px` are widths of outlines.
    """

    remove: Rgb
    affected: Rgb
    opacity: float = 0.46
    ratio: float = 1.0
    fills: bool = True
    remove_px: float = LINE_PX
    affected_px: float = LINE_PX


def draw_overlay(
    view: Bgrx, remove: Coverage, affected: Coverage, style: OverlayStyle, origin: tuple[int, int]
) -> None:
    """Draw both roles into `view` in place: fills in one pass, halos, then outlines.

    All arrays are of one size, with MARGIN more on each side than what is used of the result.
    `origin` is the place of the array's corner from the picture's: hatch and dashes hang on it.
    """
    has_remove, has_affected = bool(remove.any()), bool(affected.any())
    if style.fills:
        _fill(view, remove, affected, style, origin)
    edges = []
    if has_affected:
        edges.append((_Edge.of(affected), style.affected, style.affected_px, True))
    if has_remove:
        edges.append((_Edge.of(remove), style.remove, style.remove_px, False))
    for edge, *_ in edges:
        edge.halo(view, style.ratio)
    for edge, colour, width, dashed in edges:
        edge.line(view, colour, style.ratio, origin if dashed else None, width=width)


def draw_outline(
    view: Bgrx,
    coverage: Coverage,
    colour: Rgb,
    *,
    strength: float,
    ratio: float,
    origin: tuple[int, int] | None = None,
    width: float = LINE_PX,
) -> None:
    """Draw one outline without halo into `view` in place, dashed along `origin` if one is given."""
    if coverage.any():
        _Edge.of(coverage).line(view, colour, ratio, origin, strength=strength, width=width)


def draw_matte(view: Bgrx, remove: Coverage, affected: Coverage) -> None:
    """Replace `view` by the mattes alone: remove white, affected grey, the rest black."""
    grey = (affected.astype(np.uint16) * _MATTE_AFFECTED // 255).astype(np.uint8)
    view[..., :3] = np.maximum(grey, remove)[..., None]


def draw_model(view: Bgrx, remove: Coverage, affected: Coverage) -> None:
    """Replace `view` by the numbers that VOID gets: overlap counts as remove (VOID_SPEC 2.5)."""
    view[..., :3] = _MODEL_KEEP
    view[affected >= _HALF, :3] = _MODEL_AFFECTED
    view[remove >= _HALF, :3] = 0


def _fill(
    view: Bgrx, remove: Coverage, affected: Coverage, style: OverlayStyle, origin: tuple[int, int]
) -> None:
    import cv2

    in_remove, in_affected = _shown(remove), _shown(affected)
    both = np.asarray(cv2.bitwise_and(in_remove, in_affected), np.uint8)
    alone = style.opacity
    _tint(view, cv2.bitwise_xor(in_remove, both), style.remove, alone)
    _tint(view, cv2.bitwise_xor(in_affected, both), style.affected, alone * _AFFECTED_SHARE)
    box = cv2.boundingRect(both)
    if box[2]:
        _stripe(view, both, Rect(*box), style, origin)


def _shown(coverage: Coverage) -> npt.NDArray[np.uint8]:
    """255 where enough is covered to be filled, so that one thin line is never lost."""
    import cv2

    _, shown = cv2.threshold(coverage, _SHOWN - 1, 255, cv2.THRESH_BINARY)
    return np.asarray(shown, np.uint8)


def _stripe(
    view: Bgrx,
    both: npt.NDArray[np.uint8],
    box: Rect,
    style: OverlayStyle,
    origin: tuple[int, int],
) -> None:
    part = box.slices
    step = max(1, round(_STRIPE * style.ratio))
    across = np.arange(box.x, box.right) + origin[0]
    down = np.arange(box.y, box.bottom) + origin[1]
    phase = (across[None, :] + down[:, None]) // step % 2
    striped = np.where(phase == 0, both[part], np.uint8(0))
    strength = min(1.0, style.opacity * _OVERLAP_SHARE)
    _tint(view[part], striped, style.remove, strength)
    _tint(view[part], both[part] - striped, style.affected, strength)


def _tint(view: Bgrx, mask: npt.NDArray[Any], colour: Rgb, strength: float) -> None:
    """Mix `colour` into `view` where `mask` is not 0."""
    import cv2

    left, top, width, height = cv2.boundingRect(mask)
    if not width:
        return
    part = (slice(top, top + height), slice(left, left + width))
    region = np.ascontiguousarray(view[part])
    tinted = cv2.LUT(region, _tint_table(colour, round(strength, 4)))
    cv2.copyTo(tinted, mask[part], region)
    view[part] = region


@lru_cache(maxsize=64)
def _tint_table(colour: Rgb, strength: float) -> npt.NDArray[np.uint8]:
    levels = np.arange(256)[None, :, None]
    towards = np.array([*colour[::-1], 255])[None, None, :]
    mixed = levels + strength * (towards - levels)
    mixed[..., 3] = 255
    return np.rint(mixed).astype(np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class _Edge:
    """The pixels near a matte's edge: where, how far outside or inside, and which way it runs."""

    rows: npt.NDArray[np.intp]
    columns: npt.NDArray[np.intp]
    away: npt.NDArray[np.float32]
    is_level: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, coverage: Coverage) -> _Edge:
        import cv2

        left, top, width, height = _grown_box(coverage)
        part = coverage[top : top + height, left : left + width]
        soft = cv2.GaussianBlur(part, _BLUR_SIZE, _BLUR, borderType=cv2.BORDER_REPLICATE)
        near = cv2.findNonZero(cv2.inRange(soft, 2, 253))
        places = np.zeros((0, 2), np.intp) if near is None else near.reshape(-1, 2)
        columns, rows = places[:, 0].astype(np.intp), places[:, 1].astype(np.intp)
        x, y = cv2.spatialGradient(np.asarray(soft, np.uint8))
        is_level = np.abs(y[rows, columns]) >= np.abs(x[rows, columns])
        away = _distances()[soft[rows, columns]]
        return cls(rows + top, columns + left, away, is_level)

    def halo(self, view: Bgrx, ratio: float) -> None:
        """Darken around the edge."""
        self._mix(view, (0, 0, 0), _within(self.away, _HALO_PX * ratio) * _HALO_STRENGTH)

    def line(
        self,
        view: Bgrx,
        colour: Rgb,
        ratio: float,
        origin: tuple[int, int] | None,
        *,
        strength: float = 1.0,
        width: float = LINE_PX,
    ) -> None:
        """Draw the outline, dashed along `origin` when one is given."""
        weight = _within(
            self.away - np.float32(_LINE_INSET_PX), width * max(1.0, ratio)
        ) * np.float32(strength)
        if origin is not None:
            along = np.where(self.is_level, self.columns + origin[0], self.rows + origin[1])
            scale = max(1, round(ratio))
            weight = weight * (along % ((_DASH + _GAP) * scale) < _DASH * scale)
        self._mix(view, colour, weight.astype(np.float32))

    def _mix(self, view: Bgrx, colour: Rgb, weight: npt.NDArray[np.float32]) -> None:
        chosen = weight > 0
        rows, columns = self.rows[chosen], self.columns[chosen]
        there = view[rows, columns, :3].astype(np.float32)
        towards = np.array(colour[::-1], np.float32)
        mixed = there + weight[chosen, None] * (towards - there)
        view[rows, columns, :3] = np.rint(mixed).astype(np.uint8)


def _grown_box(coverage: Coverage) -> tuple[int, int, int, int]:
    import cv2

    height, width = coverage.shape
    left, top, across, down = cv2.boundingRect(coverage)
    right, bottom = min(width, left + across + MARGIN), min(height, top + down + MARGIN)
    left, top = max(0, left - MARGIN), max(0, top - MARGIN)
    return left, top, right - left, bottom - top


def _within(away: npt.NDArray[np.float32], width: float) -> npt.NDArray[np.float32]:
    """How much of a pixel this far from a line's middle the line covers."""
    return np.clip(np.float32(width / 2 + 0.5) - np.abs(away), 0, 1)


@lru_cache(maxsize=1)
def _distances() -> npt.NDArray[np.float32]:
    """Pixels from the edge by blurred coverage 0..255, inside positive."""
    normal = NormalDist(0, math.hypot(_BLUR, 0.29))
    levels = [min(0.9995, max(0.0005, level / 255)) for level in range(256)]
    return np.array([normal.inv_cdf(level) for level in levels], np.float32)
