"""Everything in the viewer that is made of samples, in one buffer of device pixels."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from void_studio.app.session import Compare, Picture, Shown
from void_studio.core import Extent, Rect
from void_studio.gui.viewer.overlay import (
    LINE_PX,
    MARGIN,
    OverlayStyle,
    Rgb,
    draw_matte,
    draw_model,
    draw_outline,
    draw_overlay,
)
from void_studio.gui.viewer.placement import Placement
from void_studio.gui.viewer.sampling import box_of, coverage_of, picture_in, sample_positions

__all__ = ["Composition", "Look", "Mattes", "Outline", "Pair", "Wipe"]

PIXEL_GRID_ZOOM = 4.0
_GRID_STRENGTH = 14
_READ_AS_NUMBERS = (Shown.MATTE, Shown.MODEL)

Matte = npt.NDArray[np.bool_]
Pair = tuple[Matte | None, Matte | None]
Mattes = Callable[[Rect], Pair]
"""Remove and affected in a part of the plate; None for one of which nothing is set."""


@dataclass(frozen=True, slots=True)
class Wipe:
    """A line through a plate position; `angle` in degrees, 0 is upright, B is right of it."""

    x: float
    y: float
    angle: float = 0.0


@dataclass(frozen=True, slots=True)
class Outline:
    """A matte of which only the outline is drawn: an onion skin; a proposal's is dashed."""

    matte: Callable[[Rect], Matte]
    colour: Rgb
    strength: float
    dashed: bool = False
    width: float = LINE_PX


@dataclass(frozen=True, slots=True)
class Look:
    """How the samples are shown. `surround` is 0xAARRGGBB, `show_b` is the phase of the flicker."""

    style: OverlayStyle
    shown: Shown = Shown.OVERLAY
    visible: bool = True
    surround: int = 0xFF000000
    compare: Compare = Compare.NONE
    wipe: Wipe = field(default_factory=lambda: Wipe(0, 0))
    gain: float = 4.0
    show_b: bool = False


class Composition:
    """A buffer (height, width, 4) of the viewport's size: picture, then mattes.

    `picture` is kept apart, so that painting draws only mattes anew. Mattes are asked for the part
    of the plate that is drawn. The buffer is changed in place, never replaced until `place` gets
    another viewport.
    """

    def __init__(self) -> None:
        self.placement = Placement(Extent(1, 1), Extent(1, 1))
        self.picture: Picture | None = None
        self.other: Picture | None = None
        self.mattes: Mattes | None = None
        self.outlines: tuple[Outline, ...] = ()
        self._base = np.zeros((1, 1, 4), np.uint8)
        self.view = np.zeros((1, 1, 4), np.uint8)
        self._scratch = np.zeros((1, 1, 4), np.uint8)

    def place(self, placement: Placement) -> bool:
        """Show the plate elsewhere; True when the buffer is another one. Draw afterwards."""
        self.placement = placement
        shape = (*placement.viewport.shape, 4)
        if self.view.shape == shape:
            return False
        self._base, self.view = np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)
        height, width = placement.viewport.shape
        self._scratch = np.zeros((height + 2 * MARGIN, width + 2 * MARGIN, 4), np.uint8)
        return True

    def draw(self, look: Look) -> None:
        """Draw everything anew."""
        self._draw_picture(look)
        np.copyto(self.view, self._base)
        shown = self.placement.device_rect(self.placement.extent.rect)
        self._draw_mattes(look, shown)

    def draw_mattes(self, look: Look, plate: Rect) -> Rect:
        """Draw the mattes of a part of the plate anew; the device pixels that may have changed."""
        dirty = self.placement.device_rect(plate, margin=MARGIN)
        if dirty.area:
            self.view[dirty.slices] = self._base[dirty.slices]
            self._draw_mattes(look, dirty)
        return dirty

    def _draw_picture(self, look: Look) -> None:
        if self.picture is None:
            self._base.view(np.uint32)[...] = look.surround
            return
        picture_in(self.picture, self.placement, self._base, look.surround)
        if self.other is not None and look.compare is not Compare.NONE:
            other = np.empty_like(self._base)
            picture_in(self.other, self.placement, other, look.surround)
            np.copyto(self._base, _compared(self._base, other, look, self.placement))
        if self.placement.zoom >= PIXEL_GRID_ZOOM:
            _draw_pixel_grid(self._base, self.placement)

    def _draw_mattes(self, look: Look, dirty: Rect) -> None:
        """Draw what is in `dirty`; lines reach in from up to MARGIN pixels around it."""
        if self.mattes is None or not look.visible or not dirty.area:
            return
        at = self.placement.plate_rect(dirty.grown(MARGIN), margin=MARGIN)
        if not at.area:
            return
        pair = self.mattes(at)
        if look.shown in _READ_AS_NUMBERS:
            self._draw_numbers(look, dirty, at, pair)
            return
        part = self._drawn_on(at, pair)
        if part.area:
            self._draw_roles(look, part.intersect(dirty), at, pair)
        for outline in self.outlines:
            self._draw_outline(look, outline, dirty, at)

    def _drawn_on(self, at: Rect, mattes: Sequence[Matte | None]) -> Rect:
        """The device pixels that mattes of the plate's `at` may change."""
        filled = Rect(0, 0, 0, 0)
        for matte in mattes:
            if matte is not None:
                filled = filled.union(box_of(matte).shifted(at.x, at.y))
        return self.placement.device_rect(filled, margin=MARGIN) if filled.area else filled

    def _cut(self, around: Rect, at: Rect, matte: Matte | None) -> npt.NDArray[np.uint8]:
        """The coverage of `around` by a matte of `at`, which reaches further."""
        if matte is None:
            return np.zeros(around.extent.shape, np.uint8)
        needed = self.placement.plate_rect(around, margin=MARGIN).intersect(at)
        part = matte[needed.shifted(-at.x, -at.y).slices]
        return coverage_of(part, needed, self.placement, around)

    def _draw_roles(self, look: Look, dirty: Rect, at: Rect, pair: Pair) -> None:
        if not dirty.area:
            return
        around = dirty.grown(MARGIN)
        inner = dirty.shifted(-around.x, -around.y)
        region = self._scratch[: around.height, : around.width]
        region[inner.slices] = self.view[dirty.slices]
        remove, affected = (self._cut(around, at, matte) for matte in pair)
        origin = (around.x - int(self.placement.left), around.y - int(self.placement.top))
        draw_overlay(region, remove, affected, look.style, origin)
        self.view[dirty.slices] = region[inner.slices]

    def _draw_outline(self, look: Look, outline: Outline, dirty: Rect, at: Rect) -> None:
        matte = outline.matte(at)
        dirty = self._drawn_on(at, (matte,)).intersect(dirty)
        if not dirty.area:
            return
        around = dirty.grown(MARGIN)
        inner = dirty.shifted(-around.x, -around.y)
        region = self._scratch[: around.height, : around.width]
        region[inner.slices] = self.view[dirty.slices]
        coverage = self._cut(around, at, matte)
        corner = (around.x - int(self.placement.left), around.y - int(self.placement.top))
        draw_outline(
            region,
            coverage,
            outline.colour,
            strength=outline.strength,
            ratio=look.style.ratio,
            origin=corner if outline.dashed else None,
            width=outline.width,
        )
        self.view[dirty.slices] = region[inner.slices]

    def _draw_numbers(self, look: Look, dirty: Rect, at: Rect, pair: Pair) -> None:
        inside = self.placement.device_rect(self.placement.extent.rect).intersect(dirty)
        if inside.area:
            remove, affected = (self._cut(inside, at, matte) for matte in pair)
            draw = draw_matte if look.shown is Shown.MATTE else draw_model
            draw(self.view[inside.slices], remove, affected)


def _compared(
    a: npt.NDArray[np.uint8], b: npt.NDArray[np.uint8], look: Look, placement: Placement
) -> npt.NDArray[np.uint8]:
    import cv2

    if look.compare is Compare.FLICKER:
        return b if look.show_b else a
    if look.compare is Compare.DIFFERENCE:
        apart = cv2.convertScaleAbs(cv2.absdiff(a, b), alpha=look.gain)
        inside = placement.device_rect(placement.extent.rect).slices
        a[inside] = apart[inside]
        a[..., 3] = 255
        return a
    return _wiped(a, b, look.wipe, placement)


def _wiped(
    a: npt.NDArray[np.uint8], b: npt.NDArray[np.uint8], wipe: Wipe, placement: Placement
) -> npt.NDArray[np.uint8]:
    x, y = placement.to_device(wipe.x, wipe.y)
    turn = math.radians(wipe.angle)
    across = (np.arange(a.shape[1], dtype=np.float32) + 0.5 - x) * np.float32(math.cos(turn))
    down = (np.arange(a.shape[0], dtype=np.float32) + 0.5 - y) * np.float32(math.sin(turn))
    is_b = across[None, :] + down[:, None] > 0
    return np.where(is_b, b.view(np.uint32)[..., 0], a.view(np.uint32)[..., 0])[..., None].view(
        np.uint8
    )


def _draw_pixel_grid(base: npt.NDArray[np.uint8], placement: Placement) -> None:
    """Lighten the first device column and row of every plate pixel; the middle of what is there."""
    shown = placement.device_rect(placement.extent.rect)
    columns = sample_positions(shown.x - 1, shown.right, placement.left, placement.zoom_x)
    rows = sample_positions(shown.y - 1, shown.bottom, placement.top, placement.zoom)
    at_x = np.flatnonzero(np.diff(columns)) + shown.x
    at_y = np.flatnonzero(np.diff(rows)) + shown.y
    inside = base[shown.slices]
    for index in at_x - shown.x:
        inside[:, index, :3] = _towards_grey(inside[:, index, :3])
    for index in at_y - shown.y:
        inside[index, :, :3] = _towards_grey(inside[index, :, :3])


def _towards_grey(line: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """A little lighter where it is dark, darker where it is light."""
    levels = line.astype(np.int16)
    step = np.where(levels < 128, _GRID_STRENGTH, -_GRID_STRENGTH)
    return (levels + step).astype(np.uint8)
