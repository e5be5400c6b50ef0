"""Houses of rough plaster and slate, with lit windows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from void_studio.app.demo.scene_noise import Plane, fractal
from void_studio.app.demo.scene_painting import Colour, Painting, mix

__all__ = ["House", "paint_house"]

_LIT = (1.0, 0.80, 0.46)
_PANE = (0.10, 0.15, 0.23)
_FRAME = (0.55, 0.56, 0.60)
_NIGHT = (0.05, 0.07, 0.13)


@dataclass(frozen=True, slots=True)
class House:
    """A front in units: its left edge, foot, width, height to the eaves, roof and wall colour."""

    left: float
    foot: float
    width: float
    height: float
    roof: float
    wall: Colour
    storeys: int
    bays: int
    bricks: bool = False

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.left + self.width

    @property
    def top(self) -> float:
        """The height of its eaves in the picture."""
        return self.foot - self.height


def paint_house(painting: Painting, house: House) -> None:
    """Wall, roof, windows and a door."""
    _wall(painting, house)
    _roof(painting, house)
    storey = house.height / house.storeys
    bay = house.width / house.bays
    door = int(painting.random.integers(house.bays))
    for floor in range(house.storeys):
        for column in range(house.bays):
            x = house.left + (column + 0.5) * bay
            y = house.top + floor * storey + 0.50 * storey
            if floor == house.storeys - 1 and column == door:
                _door(painting, x, house.foot, min(bay * 0.46, 58), storey * 0.74)
            else:
                _window(painting, x, y, min(bay * 0.40, 50), min(storey * 0.50, 74), house.wall)


def _wall(painting: Painting, house: House) -> None:
    rect = painting.window(house.left, house.top, house.right, house.foot)
    if not rect.area:
        return
    shape = rect.extent.shape
    stains = fractal(painting.random, shape, 90 * painting.unit, octaves=4)
    plaster = fractal(painting.random, shape, 9 * painting.unit, octaves=4, falloff=0.9)
    columns = painting.columns[:, rect.slices[1]] - house.left
    down = (painting.rows[rect.slices[0]] - house.top) / house.height
    tone = 1.10 - 0.30 * down + 0.16 * (0.5 - columns / house.width)
    tone = tone + 0.06 * stains + 0.055 * plaster
    if house.bricks:
        rows = painting.rows[rect.slices[0]] - house.top
        tone = tone * _bricks(painting, rows, columns)
    eaves = 1 - 0.45 * np.exp(-down * house.height / 14)
    colour = np.asarray(house.wall, dtype=np.float32) * (tone * eaves)[..., None]
    painting.cover(rect, colour.clip(0, 1).astype(np.float32), 1.0)
    painting.box(house.left, house.foot - 26, house.right, house.foot, (0.13, 0.14, 0.18), 0.55)


def _bricks(painting: Painting, rows: Plane, columns: Plane) -> Plane:
    """Tone of courses of 13 x 34 units with mortar between, each brick a little different."""
    course = np.floor(rows / 13).astype(np.int64)
    along = columns / 34 + 0.5 * (course % 2)
    brick = np.floor(along).astype(np.int64)
    tones = painting.random.normal(1, 0.085, 4099).astype(np.float32)
    tone = tones[(course * 131 + brick * 17) % tones.size]
    to_joint = np.minimum(rows % 13, (along - brick) * 34)
    joint = np.clip(1.6 - to_joint, 0, 1)
    return np.asarray(tone * (1 - joint) + 1.18 * joint, dtype=np.float32)


def _roof(painting: Painting, house: House) -> None:
    """Slates in rows between the eaves, which stand out, and a shorter ridge."""
    reach, ridge = 16.0, house.width * 0.16
    corners = [
        (house.left - reach, house.top),
        (house.left + ridge, house.top - house.roof),
        (house.right - ridge, house.top - house.roof),
        (house.right + reach, house.top),
    ]
    _chimney(painting, house)
    rect = painting.window(
        house.left - reach - 2, house.top - house.roof - 2, house.right + reach + 2, house.top + 2
    )
    if not rect.area:
        return
    rows = house.top - painting.rows[rect.slices[0]]
    columns = painting.columns[:, rect.slices[1]] - house.left
    course = np.floor(rows / 9).astype(np.int64)
    slate = np.floor(columns / 15 + 0.5 * (course % 2)).astype(np.int64)
    tones = painting.random.normal(1, 0.13, 4099).astype(np.float32)
    tone = tones[(course * 197 + slate * 29) % tones.size]
    tone = tone * (0.72 + 0.5 * (1 - (rows % 9) / 9)) * (1 + 0.10 * rows / house.roof)
    moss = fractal(painting.random, rect.extent.shape, 60 * painting.unit, octaves=4)
    base = np.asarray((0.22, 0.25, 0.34), dtype=np.float32) * tone[..., None]
    base += (0.028 * moss)[..., None] * np.array((0.2, 1.0, 0.5), dtype=np.float32)
    painting.cover(rect, base.clip(0, 1).astype(np.float32), painting.shape(corners, rect))
    painting.box(
        house.left - reach,
        house.top - 3,
        house.right + reach,
        house.top + 5,
        (0.11, 0.12, 0.17),
        1.0,
    )


def _chimney(painting: Painting, house: House) -> None:
    x = house.left + house.width * float(painting.random.uniform(0.28, 0.7))
    top = house.top - house.roof - 34
    painting.box(x, top, x + 26, house.top - 8, mix(house.wall, _NIGHT, 0.45), 1.0)
    painting.box(x + 15, top, x + 26, house.top - 8, mix(house.wall, _NIGHT, 0.68), 1.0)
    painting.box(x - 4, top - 7, x + 30, top + 3, (0.17, 0.18, 0.23), 1.0)


def _window(
    painting: Painting, x: float, y: float, width: float, height: float, wall: Colour
) -> None:
    lit = bool(painting.random.random() < 0.42)
    left, right, top, bottom = x - width / 2, x + width / 2, y - height / 2, y + height / 2
    shutter = mix(
        mix((0.10, 0.30, 0.34), wall, 0.18), _NIGHT, float(painting.random.uniform(0, 0.4))
    )
    for edge in (left - width * 0.46, right + 3):
        painting.box(edge, top - 2, edge + width * 0.43, bottom + 2, shutter, 1.0)
        for slat in np.arange(top + 3, bottom, 6.5):
            painting.box(edge + 3, slat, edge + width * 0.43 - 3, slat + 2.4, _NIGHT, 0.40)
    painting.box(left - 4, top - 4, right + 4, bottom + 4, _FRAME, 1.0)
    painting.box(left - 8, bottom + 4, right + 8, bottom + 10, mix(_FRAME, wall, 0.4), 1.0)
    _pane(painting, left, top, right, bottom, lit=lit)
    for share in (1 / 3, 2 / 3):
        bar = top + height * share
        painting.box(left, bar - 1.3, right, bar + 1.3, mix(_FRAME, _NIGHT, 0.35), 1.0)
    painting.box(x - 1.6, top, x + 1.6, bottom, mix(_FRAME, _NIGHT, 0.35), 1.0)
    if lit:
        painting.shine(x, y, width * 1.1, (0.24, 0.15, 0.05))


def _pane(
    painting: Painting, left: float, top: float, right: float, bottom: float, *, lit: bool
) -> None:
    """Lamp light behind a curtain, or the evening sky in dark glass."""
    steps = 8
    for step in range(steps):
        upper = top + (bottom - top) * step / steps
        lower = top + (bottom - top) * (step + 1) / steps + 0.5
        share = step / steps
        colour = (
            mix(_LIT, (0.86, 0.52, 0.22), share) if lit else mix((0.32, 0.30, 0.42), _PANE, share)
        )
        painting.box(left, upper, right, lower, colour, 1.0)
    if lit:
        painting.box(left, top, left + (right - left) * 0.22, bottom, (0.93, 0.66, 0.34), 0.8)
        painting.box(right - (right - left) * 0.2, top, right, bottom, (0.80, 0.52, 0.26), 0.8)


def _door(painting: Painting, x: float, foot: float, width: float, height: float) -> None:
    """A round-headed door of planks with a lamp over it."""
    half, spring = width / 2, foot - height + width / 2
    angles = np.linspace(np.pi, 2 * np.pi, 17)
    for grown, colour in ((7.0, (0.50, 0.50, 0.54)), (0.0, (0.12, 0.20, 0.25))):
        arch = [
            (x + (half + grown) * float(np.cos(a)), spring + (half + grown) * float(np.sin(a)))
            for a in angles
        ]
        painting.polygon([(x - half - grown, foot), *arch, (x + half + grown, foot)], colour, 1.0)
    for plank in np.linspace(x - half, x + half, 6)[1:-1]:
        painting.box(plank - 0.9, spring, plank + 0.9, foot, _NIGHT, 0.7)
    lamp = foot - height - 26
    painting.box(x - 5, lamp - 7, x + 5, lamp + 7, (1.0, 0.90, 0.66), 1.0)
    painting.shine(x, lamp, 34, (0.50, 0.34, 0.14))
