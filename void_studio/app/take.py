"""From a request to a take: submit, follow, and fetch patches one frame at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass

import numpy as np

from void_studio.app.progress import Reporter
from void_studio.core import BadInput, Cancelled, JobFailed, Rect, read_ahead
from void_studio.engine import Log, Patch, Stage
from void_studio.finish import Framing, plate_patch
from void_studio.jobs import (
    Failed,
    JobState,
    PatchEntry,
    Result,
    ResultManifest,
    Runner,
    StateChanged,
    TimedProgress,
)
from void_studio.media import unpack_array

__all__ = ["FetchedPatch", "FinishedJob", "fetch_patches", "watch_to_end"]

_AHEAD = 3


@dataclass(frozen=True, slots=True)
class FinishedJob:
    """A job that succeeded, and what its result consists of."""

    id: str
    manifest: ResultManifest


@dataclass(frozen=True, slots=True, eq=False)
class FetchedPatch:
    """A patch back on the plate: its rectangle there and RGB uint16.

    `unseen` counts its canvas pixels that no frame of the clip shows; `seen` has which ones some
    frame shows, boolean, for patches at scale 1 of engines that tell.
    """

    index: int
    rect: Rect
    pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint16]]
    unseen: int
    seen: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] | None = None


def watch_to_end(
    runner: Runner,
    job_id: str,
    *,
    reporter: Reporter,
    cancelled: Callable[[], bool],
) -> FinishedJob:
    """Tell the reporter of every step of a job, and return it with its result's manifest.

    Raises JobFailed with the worker's log path, or Cancelled, after which the job is cancelled on
    the worker too.
    """
    stage = "render"
    asked = False
    for event in runner.events(job_id):
        if cancelled() and not asked:
            runner.cancel(job_id)
            asked = True
        payload = event.payload
        if isinstance(payload, Stage):
            stage = payload.name
        elif isinstance(payload, TimedProgress):
            reporter.progress(stage, payload.done, payload.total, payload.eta_s)
        elif isinstance(payload, Log):
            reporter.note(payload.message)
        elif isinstance(payload, Failed):
            raise JobFailed(payload.message, where=job_id, hint=f"its log is {payload.log}")
        elif isinstance(payload, StateChanged) and payload.state is JobState.CANCELLED:
            raise Cancelled("the job was cancelled", where=job_id)
        elif isinstance(payload, Result):
            return FinishedJob(job_id, ResultManifest.decode(runner.get(payload.manifest)))
    raise JobFailed("the job ended without a result", where=job_id)


def fetch_patches(
    runner: Runner, manifest: ResultManifest, framing: Framing, frames: int
) -> Iterator[FetchedPatch]:
    """Patches in frame order, each checked against the canvas and mapped back to the plate.

    The blobs of the next ones are fetched meanwhile: at most four are in memory.
    """
    last = -1
    for entry in manifest.patches:
        if not last < entry.frame < frames:
            raise BadInput(f"the worker sent a patch for frame {entry.frame} after {last}")
        last = entry.frame
    digests = [digest for entry in manifest.patches for digest in _digests(entry)]
    with closing(read_ahead(runner.get_many(digests), _AHEAD)) as blobs:
        for entry in manifest.patches:
            patch = _patch(blobs, entry, framing)
            rect, pixels = plate_patch(framing, patch.rect, patch.pixels)
            seen = _seen(patch, rect, framing)
            yield FetchedPatch(entry.frame, rect, pixels, _unseen(patch), seen)


def _digests(entry: PatchEntry) -> tuple[str, ...]:
    return (entry.pixels, entry.confidence) if entry.confidence else (entry.pixels,)


def _patch(blobs: Iterator[bytes], entry: PatchEntry, framing: Framing) -> Patch:
    pixels = unpack_array(next(blobs))
    confidence = unpack_array(next(blobs)) if entry.confidence else None
    rect = entry.rect
    good = (
        framing.canvas.rect.intersect(rect) == rect
        and pixels.shape == (rect.height, rect.width, 3)
        and pixels.dtype in (np.dtype("u2"), np.dtype("f2"))
        and (confidence is None or confidence.shape == (rect.height, rect.width))
    )
    if not good:
        raise BadInput(f"the worker sent a malformed patch for frame {entry.frame}")
    return Patch(entry.frame, rect, pixels, confidence)


def _unseen(patch: Patch) -> int:
    return 0 if patch.confidence is None else int(np.count_nonzero(patch.confidence == 0))


def _seen(
    patch: Patch, rect: Rect, framing: Framing
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]] | None:
    """`rect` is where the patch lies on the plate."""
    if patch.confidence is None or not framing.is_native:
        return None
    placed = patch.rect.shifted(framing.crop.x, framing.crop.y)
    return np.greater(patch.confidence[rect.shifted(-placed.x, -placed.y).slices], 0)
