"""Which part of a plate becomes the canvas, for a whole shot or a part of a take."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
import numpy.typing as npt

from void_studio.app.kept_take import TakeRange
from void_studio.app.mattes import proxy_extent
from void_studio.app.settings import RenderSettings
from void_studio.core import Extent, Rect, Refused
from void_studio.engine import EngineInfo
from void_studio.finish import Framing, FramingMode, choose_framing
from void_studio.media import PlateReader, resize
from void_studio.motion import is_locked
from void_studio.quadmask import Quadmask, fill_of

__all__ = ["canvas_framing", "fill_bounds", "framing_again", "framing_of", "masked_frames"]

_CAMERA_PROBES = 8
_CAMERA_PROXY = 640


def masked_frames(quadmask: Quadmask) -> list[bool]:
    """Of every frame, whether it has anything to fill."""
    return [bool(fill_of(quadmask.values(frame)).any()) for frame in quadmask.range]


def framing_of(
    reader: PlateReader, quadmask: Quadmask, engine: EngineInfo, settings: RenderSettings
) -> Framing:
    """Which part of the plate becomes the engine's canvas. Raises Refused for an empty fill."""
    fill = _fill_bounds(quadmask, settings.feather)
    if engine.canvas is not None:
        return canvas_framing(quadmask.extent, fill, engine.canvas, settings.framing)
    return choose_framing(
        plate=quadmask.extent,
        canvas=None,
        fill=fill,
        mode=settings.framing,
        camera_locked=_camera_locked(reader, quadmask),
    )


def canvas_framing(plate: Extent, fill: Rect, canvas: Extent, mode: FramingMode) -> Framing:
    """The framing for an engine of a fixed canvas. Raises Refused for an empty fill."""
    return choose_framing(plate=plate, canvas=canvas, fill=fill, mode=mode, camera_locked=False)


def framing_again(
    take: TakeRange, clip: Quadmask, engine: EngineInfo, settings: RenderSettings
) -> Framing:
    """The take's own framing. Raises Refused where the engine or the new fill needs another."""
    framing = take.version.recipe.request.framing
    fits = framing.is_native if engine.canvas is None else framing.canvas == engine.canvas
    if not fits:
        raise Refused(
            f"the take was rendered at {framing.canvas}, engine {engine.id} works at "
            f"{engine.canvas or 'the size of the plate'}",
            where=take.version.folder,
            hint="use the take's engine, or render the whole shot again",
        )
    fill = _fill_bounds(clip.over(take.frames), settings.feather)
    if fill.area and framing.crop.intersect(fill) != fill:
        raise Refused(
            "the fill reaches beyond the framing of the take",
            where=take.version.folder,
            hint="render the whole shot again",
        )
    return framing


def fill_bounds(values: Iterable[npt.NDArray[np.uint8]], plate: Extent, feather: float) -> Rect:
    """What the fill of these quadmask frames and its feather touch, in plate pixels.

    Each of `values` is of the plate's size; the result is empty when nothing is filled.
    """
    bounds = Rect(0, 0, 0, 0)
    for frame in values:
        bounds = bounds.union(Rect(*cv2.boundingRect(fill_of(frame).view(np.uint8))))
    if not bounds.area:
        return bounds
    return bounds.grown(int(np.ceil(feather)) + 1).intersect(plate.rect)


def _fill_bounds(quadmask: Quadmask, feather: float) -> Rect:
    return fill_bounds(map(quadmask.values, quadmask.range), quadmask.extent, feather)


def _camera_locked(reader: PlateReader, quadmask: Quadmask) -> bool:
    """Whether a few frames spread over the range show no motion outside of the fill."""
    picks = np.unique(
        np.linspace(quadmask.range.start, quadmask.range.last, _CAMERA_PROBES).astype(int)
    )
    numbers = [int(number) for number in picks]
    extent = proxy_extent(quadmask.extent, _CAMERA_PROXY)
    greys = [_grey(reader, number, extent) for number in numbers]

    def excluded(index: int) -> npt.NDArray[np.bool_]:
        fill = fill_of(quadmask.values(numbers[index])).astype(np.uint8) * 255
        return np.greater(resize(fill, extent), 0)

    return is_locked(greys.__getitem__, len(greys), excluded)


def _grey(reader: PlateReader, number: int, extent: Extent) -> npt.NDArray[np.uint8]:
    rgb = resize(reader.read(number).rgb(), extent)
    return cv2.cvtColor(np.right_shift(rgb, 8).astype(np.uint8), cv2.COLOR_RGB2GRAY)  # type: ignore[return-value]
