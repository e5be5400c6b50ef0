"""The place around the object as the draft engine sees it, frame by frame, at proxy size."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from void_studio.app.mattes import proxy_extent
from void_studio.app.progress import Stages, raise_if
from void_studio.app.requesting import FillTerms, engine_of, make_request
from void_studio.app.settings import RenderSettings
from void_studio.app.shots import ShotPlate
from void_studio.app.take import FetchedPatch, fetch_patches, watch_to_end
from void_studio.assist import DraftedFrame
from void_studio.core import Extent, Refused, UsageError
from void_studio.jobs import Runner
from void_studio.media import reopen_plate, resize
from void_studio.quadmask import Quadmask, affected_of, grow, pack, remove_of
from void_studio.timeline import Timeline
from void_studio.versions import RenderRequest, ShotFacts, TimelineFacts

__all__ = ["SearchedShot", "drafted_frames"]

_LONG_SIDE = 640
_LEAST_REACH_PX = 16
_LARGEST_REACH_SHARE = 0.4
_SETTINGS = RenderSettings(engine="draft", params=("blend=0", "margin=0"), feather=0.0, grain=False)

Matte = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class SearchedShot:
    """A shot whose object is known; `wide` also marks, as affected, what is searched around it."""

    timeline: TimelineFacts
    shot: ShotPlate
    given: Quadmask
    wide: Quadmask

    @classmethod
    def of(
        cls, timeline: Timeline, shot: ShotPlate, given: Quadmask, *, reach: float
    ) -> SearchedShot:
        """Search `reach` sizes of the object around it, in every frame that has it.

        Raises Refused when the remove layer is empty.
        """
        if not 0.1 <= reach <= 10:
            raise UsageError(f"--reach {reach:g}", hint="0.1 to 10 sizes of the object")
        reach_px = _reach_px(given, reach)
        removes = (remove_of(given.values(frame)) for frame in given.range)
        values = (pack(remove, grow(remove, reach_px) & ~remove) for remove in removes)
        wide = Quadmask.of(given.range.start, given.extent, values)
        path = timeline.path.resolve()
        facts = TimelineFacts(str(path), timeline.sha256 or hashlib.sha256(b"").hexdigest())
        return cls(facts, shot, given, wide)

    @property
    def terms(self) -> FillTerms:
        """The draft job; nothing of it is published."""
        shot = self.shot.shot
        return FillTerms(
            self.timeline,
            ShotFacts(shot.id, shot.name, shot.sequence),
            self.shot.plate,
            self.shot.source,
            self.wide,
            _SETTINGS,
            (),
        )


def _reach_px(given: Quadmask, reach: float) -> float:
    sides = []
    for frame in given.range:
        _, _, width, height = cv2.boundingRect(remove_of(given.values(frame)).view(np.uint8))
        if width:
            sides.append(max(width, height))
    if not sides:
        raise Refused(
            "the quadmask has no remove layer in the work range",
            hint="paint or segment the object first",
        )
    long_side = max(given.extent.width, given.extent.height)
    wanted = reach * float(np.median(sides))
    return float(np.clip(wanted, _LEAST_REACH_PX, _LARGEST_REACH_SHARE * long_side))


def drafted_frames(
    runner: Runner, searched: SearchedShot, *, stages: Stages, cancelled: Callable[[], bool]
) -> Generator[DraftedFrame, None, None]:
    """Render the draft, then yield every frame of the work range beside its draft."""
    engine = engine_of(runner, _SETTINGS.engine)
    request = make_request(runner, searched.terms, engine, stages=stages, cancelled=cancelled)
    job = watch_to_end(
        runner,
        runner.submit(request.id, request.job),
        reporter=stages.reporter,
        cancelled=cancelled,
    )
    frames = searched.wide.range
    patches = fetch_patches(runner, job.manifest, request.framing, len(frames))
    with stages.stage("compare") as step:
        for done, frame in enumerate(_compared(searched, request, patches), 1):
            raise_if(cancelled)
            step(done, len(frames))
            yield frame


def _compared(
    searched: SearchedShot, request: RenderRequest, patches: Iterator[FetchedPatch]
) -> Iterator[DraftedFrame]:
    extent = proxy_extent(searched.wide.extent, _LONG_SIDE)
    patch = next(patches, None)
    with closing(reopen_plate(searched.shot.plate, sequential=True)) as reader:
        for index, number in enumerate(request.work_range):
            plate = reader.read(number).rgb()
            values = searched.wide.values(number)
            here = patch if patch is not None and patch.index == index else None
            yield _drafted(number, plate, values, here, extent)
            if here is not None:
                patch = next(patches, None)


def _drafted(
    number: int,
    plate: npt.NDArray[np.uint16],
    values: npt.NDArray[np.uint8],
    patch: FetchedPatch | None,
    extent: Extent,
) -> DraftedFrame:
    draft = plate.copy()
    known = np.zeros(values.shape, np.bool_)
    if patch is not None:
        draft[patch.rect.slices] = patch.pixels
        known[patch.rect.slices] = True if patch.seen is None else patch.seen
    known &= affected_of(values)
    return DraftedFrame(
        number,
        _small(plate, extent),
        _small(draft, extent),
        _small_matte(remove_of(values), extent),
        _small_matte(known, extent),
    )


def _small(rgb: npt.NDArray[np.uint16], extent: Extent) -> npt.NDArray[np.float32]:
    return np.asarray(resize(rgb, extent) / 65535, dtype=np.float32)


def _small_matte(matte: Matte, extent: Extent) -> Matte:
    return np.greater(resize(matte.astype(np.uint8) * 255, extent), 127)
