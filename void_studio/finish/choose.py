"""Which part of the plate becomes the canvas."""

from __future__ import annotations

from math import gcd

from void_studio.core import Extent, Rect, Refused
from void_studio.finish.framing import Framing, FramingMode

__all__ = ["choose_framing"]

_ALIGNMENT = 2


def choose_framing(
    *,
    plate: Extent,
    canvas: Extent | None,
    fill: Rect,
    mode: FramingMode,
    camera_locked: bool,
    margin: int = 96,
) -> Framing:
    """The framing for an engine's `canvas`, or for plate pixels at scale 1 when that is None.

    `fill` bounds everything that is to be filled over the work range, in plate pixels; `margin` is
    the context wanted around it. A native engine gets a crop only when the camera is locked: on a
    moving one the pixels that it borrows may be anywhere. A fixed canvas gets the whole plate
    squashed (FULL), or the smallest window of exactly the canvas' aspect, not smaller than the
    canvas where the plate allows (enlarging adds nothing and costs context). AUTO takes the window
    when its scale is better. Raises Refused when there is nothing to fill.
    """
    fill = fill.intersect(plate.rect)
    if not fill.area:
        raise Refused(
            "the quadmask has nothing to fill in the work range",
            hint="paint a remove or affected matte on at least one frame",
        )
    full = Framing(plate, plate.rect, canvas or plate)
    if mode is FramingMode.FULL:
        return full
    if canvas is None:
        if not camera_locked:
            return full
        crop = _aligned(fill.grown(margin), plate)
        return Framing(plate, crop, crop.extent)
    window = Framing(plate, _window(plate, canvas, fill, margin), canvas)
    if mode is FramingMode.CROP or window.scale > full.scale:
        return window
    return full


def _aligned(rect: Rect, plate: Extent) -> Rect:
    step = _ALIGNMENT
    grown = Rect.of(
        rect.x // step * step,
        rect.y // step * step,
        -(-rect.right // step) * step,
        -(-rect.bottom // step) * step,
    )
    return grown.intersect(plate.rect)


def _window(plate: Extent, canvas: Extent, fill: Rect, margin: int) -> Rect:
    """Sides are whole multiples of the canvas' reduced aspect, so the aspect is kept exactly.

    When the margin does not fit in the plate it is given up first; when the fill does not fit
    either, the window reaches over the plate's edges.
    """
    common = gcd(canvas.width, canvas.height)
    unit = Extent(canvas.width // common, canvas.height // common)
    largest = min(plate.width // unit.width, plate.height // unit.height)
    wanted = fill.grown(margin).intersect(plate.rect)
    count = max(_units(wanted, unit), min(common, largest))
    if count > largest:
        wanted = fill
        count = max(_units(fill, unit), largest)
    width, height = unit.width * count, unit.height * count
    return Rect(
        _placed(wanted.x, wanted.right, width, plate.width),
        _placed(wanted.y, wanted.bottom, height, plate.height),
        width,
        height,
    )


def _units(rect: Rect, unit: Extent) -> int:
    return max(-(-rect.width // unit.width), -(-rect.height // unit.height))


def _placed(first: int, stop: int, length: int, limit: int) -> int:
    """Where a window of `length` around first..stop begins: centred, inside 0..limit if it fits."""
    if length > limit:
        return (limit - length) // 2
    return min(max((first + stop - length) // 2, 0), limit - length)
