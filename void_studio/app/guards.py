"""Quality guards: what a person should look at in a quadmask before it is rendered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from enum import Enum

import cv2
import numpy as np
import numpy.typing as npt

from void_studio.app.mattes import proxy_extent
from void_studio.assist import DriftStep, FrameDrift, Suspect, drift_of, suspects
from void_studio.core import Extent
from void_studio.engine.void.plan import CANVAS, model_view
from void_studio.media import PlateReader, PlateRef, reopen_plate, resize
from void_studio.quadmask import Quadmask, QuadmaskDocument, affected_of, fill_of, remove_of

__all__ = ["Guard", "Warned", "drift", "guard_facts", "suspects", "warnings_of"]

_LONG_SIDE = 480
_LATENT_SAMPLES = 64
_MOST_OF_FRAME = 0.5
_MISSED_SHARE = 0.1
_MODEL_REMOVE = 0

Matte = npt.NDArray[np.bool_]


class Guard(Enum):
    """What a warning is about."""

    FRAME_0 = "grey in frame 0"
    TINY = "tiny"
    OFF_CANVAS = "off canvas"
    LARGE = "covers most of the frame"
    OUTSIDE_AFFECTED = "change outside of the affected layer"


_ADVICE = {
    Guard.FRAME_0: "VOID clears affected in its first frame: begin the work range a frame earlier",
    Guard.TINY: "on VOID's canvas the object is smaller than what one latent holds: crop closer",
    Guard.OFF_CANVAS: "on VOID's canvas nothing of the object is left: crop closer",
    Guard.LARGE: "the model has little left to go by: its known weak spot",
    Guard.OUTSIDE_AFFECTED: "what looks like a shadow is not painted: take the suggestion, or look",
}


@dataclass(frozen=True, slots=True)
class Warned:
    """A guard that struck, in which frames (numbered as the quadmask), and what to do."""

    guard: Guard
    frames: tuple[int, ...]
    advice: str


def drift(
    source: Quadmask | QuadmaskDocument,
    *,
    plate: PlateRef | None = None,
    scores: Mapping[int, float] | None = None,
) -> tuple[FrameDrift, ...]:
    """How the remove layer changes, for every frame; numbered as `source`.

    With a `plate`, whose numbering must be that of `source`, motion is measured too, and every
    frame of it is read. `scores` are a segmenter's, by frame. May take seconds: not for the GUI
    thread.
    """
    quadmask = source.pack() if isinstance(source, QuadmaskDocument) else source
    known = scores or {}
    if plate is None:
        return drift_of(_steps(quadmask, known, lambda frame: None))
    with closing(reopen_plate(plate, sequential=True)) as reader:
        extent = proxy_extent(quadmask.extent, _LONG_SIDE)
        return drift_of(_steps(quadmask, known, lambda frame: _grey(reader, frame, extent)))


def _steps(
    quadmask: Quadmask,
    scores: Mapping[int, float],
    grey: Callable[[int], npt.NDArray[np.uint8] | None],
) -> Iterator[DriftStep]:
    extent = proxy_extent(quadmask.extent, _LONG_SIDE)
    for frame in quadmask.range:
        remove = remove_of(quadmask.values(frame))
        area = int(np.count_nonzero(remove))
        small = np.greater(resize(remove.astype(np.uint8) * 255, extent), 127)
        yield DriftStep(frame, small, area, grey(frame), scores.get(frame))


def _grey(reader: PlateReader, frame: int, extent: Extent) -> npt.NDArray[np.uint8]:
    rgb = np.right_shift(resize(reader.read(frame).rgb(), extent), 8).astype(np.uint8)
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)


def warnings_of(quadmask: Quadmask, *, suggestion: Quadmask | None = None) -> tuple[Warned, ...]:
    """Which guards strike.

    `suggestion` is what `suggest-affected` gave: where it goes beyond the fill it is a change that
    nobody painted. Only frames that both have are compared.
    """
    struck: dict[Guard, list[int]] = {guard: [] for guard in Guard}
    for frame in quadmask.range:
        first = frame == quadmask.range.start
        for guard in _guards(quadmask.values(frame), first=first):
            struck[guard].append(frame)
    struck[Guard.OUTSIDE_AFFECTED] = list(_missed(quadmask, suggestion))
    return tuple(
        Warned(guard, tuple(frames), _ADVICE[guard]) for guard, frames in struck.items() if frames
    )


def _guards(values: npt.NDArray[np.uint8], *, first: bool) -> Iterable[Guard]:
    remove, affected = remove_of(values), affected_of(values)
    if first and (affected & ~remove).any():
        yield Guard.FRAME_0
    if float(fill_of(values).mean()) > _MOST_OF_FRAME:
        yield Guard.LARGE
    if remove.any():
        view = model_view(values, frame=1, canvas=CANVAS).values
        seen = int(np.count_nonzero(view == _MODEL_REMOVE))
        if not seen:
            yield Guard.OFF_CANVAS
        elif seen < _LATENT_SAMPLES:
            yield Guard.TINY


def _missed(quadmask: Quadmask, suggestion: Quadmask | None) -> Iterator[int]:
    if suggestion is None:
        return
    for frame in quadmask.range.intersect(suggestion.range):
        suggested = affected_of(suggestion.values(frame))
        outside = int(np.count_nonzero(suggested & ~fill_of(quadmask.values(frame))))
        if outside > _MISSED_SHARE * max(1, int(np.count_nonzero(suggested))):
            yield frame


def guard_facts(
    drifts: Iterable[FrameDrift], found: Iterable[Suspect], warned: Iterable[Warned]
) -> dict[str, object]:
    """The same for JSON."""
    return {
        "drift": [
            {
                "frame": item.frame,
                "area": item.area,
                "area_change": _rounded(item.area_change),
                "iou": _rounded(item.iou),
                "flow_residual": _rounded(item.flow_residual),
            }
            for item in drifts
        ],
        "suspects": [
            {"frame": item.frame, "reasons": [reason.value for reason in item.reasons]}
            for item in found
        ],
        "warnings": [
            {"guard": item.guard.value, "frames": list(item.frames), "advice": item.advice}
            for item in warned
        ],
    }


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)
