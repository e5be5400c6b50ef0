"""One pass over a clip: how the camera moved, and where the hole is in every frame."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from void_studio.core import Extent, Rect
from void_studio.engine.draft.params import Camera, DraftParams
from void_studio.media import CanvasClip
from void_studio.motion import HomographyChain, at_scale, chain_homographies
from void_studio.quadmask import fill_of

__all__ = [
    "Lattice",
    "Survey",
    "crop_rect",
    "fill_matte",
    "guard_px",
    "reach_px",
    "reduction",
    "surround_rect",
    "survey_clip",
    "widened",
]

_PROXY_SIDE = 960
_LATTICE_SIDE = 240
_RING_SHARE = 40

Matte = npt.NDArray[np.bool_]
Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Lattice:
    """Where the hole is in each frame, on a coarse grid that errs to the side of the hole.

    `extent` is the grid's size; each frame is kept as packed bits, so that a long shot fits.
    """

    extent: Extent
    packed: tuple[npt.NDArray[np.uint8], ...]

    def hole(self, index: int) -> Matte:
        """Boolean (height, width) of the grid, True where a frame has to be filled."""
        size = self.extent.width * self.extent.height
        bits = np.unpackbits(self.packed[index], count=size)
        return bits.reshape(self.extent.shape).view(np.bool_)


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """What a clip's frames have to do with each other.

    `holes[i]` is the bounding rectangle of frame i's fill on the canvas, empty when there is none.
    """

    canvas: Extent
    chain: HomographyChain
    locked: bool
    lattice: Lattice
    holes: tuple[Rect, ...]

    @property
    def targets(self) -> tuple[int, ...]:
        """Frames that have something to fill."""
        return tuple(index for index, hole in enumerate(self.holes) if hole.area)

    def between(self, a: int, b: int) -> Matrix:
        """Maps canvas points of frame `a` to frame `b`."""
        if self.locked:
            return np.eye(3)
        proxy = self.chain.extent
        return at_scale(
            self.chain.between(a, b),
            self.canvas.width / proxy.width,
            self.canvas.height / proxy.height,
        )


def guard_px(canvas: Extent) -> int:
    """How far beside a matte pixels may still carry the object: 2 px at 960, in proportion."""
    return max(2, round(2 * max(canvas.width, canvas.height) / _PROXY_SIDE))


def reduction(canvas: Extent) -> int:
    """How many times smaller the frames are that are aligned and matched: at most 960 px long."""
    return max(1, -(-max(canvas.width, canvas.height) // _PROXY_SIDE))


def reach_px(canvas: Extent, params: DraftParams) -> int:
    """How far around a fill pixels are borrowed: for the margin, and to blend the seam with."""
    return max(params.margin, 2 * params.blend + guard_px(canvas))


def crop_rect(survey: Survey, params: DraftParams, target: int) -> Rect:
    """What is worked on at full size: the hole and its reach."""
    reach = reach_px(survey.canvas, params)
    return survey.holes[target].grown(reach).intersect(survey.canvas.rect)


def surround_rect(survey: Survey, params: DraftParams, target: int) -> Rect:
    """What donors are compared over: the crop and a ring of about 1/40 of the frame around it."""
    ring = max(8, max(survey.canvas.width, survey.canvas.height) // _RING_SHARE)
    return crop_rect(survey, params, target).grown(ring).intersect(survey.canvas.rect)


def widened(matte: Matte, by: int) -> Matte:
    """`matte` with every sample within `by` px on both axes: a square is enough for a guard."""
    if by <= 0:
        return matte
    square = np.ones((2 * by + 1, 2 * by + 1), np.uint8)
    return cv2.dilate(matte.view(np.uint8), square).view(np.bool_)


def fill_matte(clip: CanvasClip, index: int) -> Matte:
    """Where frame `index` is to be filled, boolean (height, width) of the canvas."""
    return fill_of(clip.quadmask(index))


def survey_clip(
    clip: CanvasClip,
    camera: Camera,
    *,
    cancelled: Callable[[], bool],
    on_progress: Callable[[int, int], None],
) -> Survey:
    """Decode every frame once, in order. Raises Cancelled."""
    holes: list[Rect] = []
    packed: list[npt.NDArray[np.uint8]] = []
    proxy = _fitted(clip.extent, _PROXY_SIDE)
    grid = _fitted(clip.extent, _LATTICE_SIDE)
    guard = guard_px(clip.extent)

    def exclude(index: int) -> Matte:
        fill = fill_matte(clip, index)
        holes.append(_bounds(fill))
        grown = widened(fill, guard)
        packed.append(np.packbits(_coarse(grown, grid)))
        return widened(_coarse(grown, proxy), 2)

    chain = chain_homographies(
        lambda index: _grey(clip.pixels(index), proxy),
        len(clip),
        exclude,
        cancelled=cancelled,
        on_progress=on_progress,
    )
    locked = camera is Camera.LOCKED or (camera is Camera.AUTO and chain.locked)
    return Survey(clip.extent, chain, locked, Lattice(grid, tuple(packed)), tuple(holes))


def _fitted(canvas: Extent, side: int) -> Extent:
    scale = min(1.0, side / max(canvas.width, canvas.height))
    return Extent(max(1, round(canvas.width * scale)), max(1, round(canvas.height * scale)))


def _coarse(matte: Matte, extent: Extent) -> Matte:
    """True where any sample of a cell is."""
    size = (extent.width, extent.height)
    mean = cv2.resize(matte.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    return np.greater(mean, 0)


def _bounds(fill: Matte) -> Rect:
    if not fill.any():
        return Rect(0, 0, 0, 0)
    x, y, width, height = cv2.boundingRect(fill.view(np.uint8))
    return Rect(x, y, width, height)


def _grey(pixels: npt.NDArray[Any], extent: Extent) -> npt.NDArray[np.uint8]:
    """Grey of a frame at proxy size, uint8."""
    size = (extent.width, extent.height)
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    levels = cv2.convertScaleAbs(small, alpha=1.0 if small.dtype == np.uint8 else 1 / 257)
    return cv2.cvtColor(levels, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)
