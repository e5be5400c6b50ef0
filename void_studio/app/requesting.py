"""From a shot and its quadmask to a request whose clip a worker holds."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from void_studio.app.mattes import ShotQuadmask, proxy_extent
from void_studio.app.progress import Stages
from void_studio.app.settings import RenderSettings
from void_studio.app.shots import ShotPlate
from void_studio.app.upload import BlobSink, upload_clip
from void_studio.core import Extent, FrameRange, NotPresent, Rect, UsageError, new_id
from void_studio.engine import EngineInfo, complete_params, parse_param
from void_studio.finish import Framing, choose_framing
from void_studio.jobs import JobSpec, Runner
from void_studio.media import PlateReader, PlateRef, delivery_for, reopen_plate, resize
from void_studio.motion import is_locked
from void_studio.quadmask import Quadmask, fill_of
from void_studio.timeline import Timeline
from void_studio.versions import PlateFacts, RenderRequest, ShotFacts, TimelineFacts

__all__ = ["FillTerms", "ShotJob", "engine_of", "make_request"]

_CAMERA_PROBES = 8
_CAMERA_PROXY = 640


@dataclass(frozen=True, slots=True)
class FillTerms:
    """What is to be filled, wherever it was found; ranges are in the plate's numbering.

    `quadmask` covers the work range. `deliveries` names the kinds to write beside the master.
    """

    timeline: TimelineFacts
    shot: ShotFacts
    plate: PlateRef
    source: FrameRange
    quadmask: Quadmask
    settings: RenderSettings
    deliveries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShotJob:
    """Everything that decides a version, apart from the worker."""

    timeline: Timeline
    shot: ShotPlate
    matte: ShotQuadmask
    matte_origin: str
    settings: RenderSettings
    root: Path

    @property
    def terms(self) -> FillTerms:
        """The same without the timeline that it came from, one delivery for all hosts."""
        timeline, shot, plate = self.timeline, self.shot.shot, self.shot.plate
        return FillTerms(
            TimelineFacts(str(timeline.path.resolve()), timeline.sha256),
            ShotFacts(shot.id, shot.name, shot.sequence),
            plate,
            self.shot.source,
            self.matte.quadmask,
            self.settings,
            (delivery_for(plate.layout).value,),
        )


def engine_of(runner: Runner, engine_id: str) -> EngineInfo:
    """The worker's engine with this id.

    Raises NotPresent with the reason for one that is switched off, UsageError that lists what
    there is for any other.
    """
    offered = runner.capabilities()
    engines = offered.engines
    for info in engines:
        if info.id == engine_id:
            return info
    if engine_id in offered.switched_off:
        raise NotPresent(f"engine {engine_id} can not run: {offered.switched_off[engine_id]}")
    known = ", ".join(info.id for info in engines) or "none"
    raise UsageError(f"the worker has no engine {engine_id!r}", hint=f"it has: {known}")


def make_request(
    sink: BlobSink,
    terms: FillTerms,
    engine: EngineInfo,
    *,
    stages: Stages,
    cancelled: Callable[[], bool],
) -> RenderRequest:
    """Frame the plate, send the clip to the worker or a folder, and state what is wanted.

    Raises UsageError for a parameter that does not fit or a prompt that the engine needs.
    """
    settings, plate, quadmask = terms.settings, terms.plate, terms.quadmask
    if engine.needs_prompt and not settings.prompt.strip():
        raise UsageError(f"engine {engine.id} needs a prompt", hint="say what remains: --prompt")
    written = dict(parse_param(engine.params, text) for text in settings.params)
    params = complete_params(engine.params, written)
    with closing(reopen_plate(plate, sequential=True)) as reader:
        with stages.stage("framing"):
            framing = _framing(reader, quadmask, engine, settings)
        with stages.stage("upload") as step:
            manifest = upload_clip(sink, reader, framing, quadmask, step=step, cancelled=cancelled)
    return RenderRequest(
        id=new_id("request"),
        requested_at=datetime.now(UTC),
        timeline=terms.timeline,
        shot=terms.shot,
        plate=PlateFacts.of(plate),
        source_range=terms.source,
        work_range=quadmask.range,
        quadmask_digest=quadmask.digest,
        quadmask_revision=quadmask.revision,
        framing=framing,
        feather=settings.feather,
        grain_seed=0 if settings.grain else None,
        deliveries=terms.deliveries,
        job=JobSpec.of(
            engine.id, params, manifest.digest, prompt=settings.prompt, allow=settings.allow
        ),
    )


def _framing(
    reader: PlateReader, quadmask: Quadmask, engine: EngineInfo, settings: RenderSettings
) -> Framing:
    native = engine.canvas is None
    return choose_framing(
        plate=quadmask.extent,
        canvas=engine.canvas,
        fill=_fill_bounds(quadmask, settings.feather),
        mode=settings.framing,
        camera_locked=native and _camera_locked(reader, quadmask),
    )


def _fill_bounds(quadmask: Quadmask, feather: float) -> Rect:
    bounds = Rect(0, 0, 0, 0)
    for frame in quadmask.range:
        fill = fill_of(quadmask.values(frame)).view(np.uint8)
        bounds = bounds.union(Rect(*cv2.boundingRect(fill)))
    if not bounds.area:
        return bounds
    return bounds.grown(int(np.ceil(feather)) + 1).intersect(quadmask.extent.rect)


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
