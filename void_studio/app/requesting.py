"""From a shot and its quadmask to a request whose clip a worker holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from void_studio.app.clip_source import SentRange, clip_source, sent_range
from void_studio.app.estimate import estimate_of
from void_studio.app.framing import framing_again, framing_of, masked_frames
from void_studio.app.kept_take import TakeRange, kept_quadmask
from void_studio.app.mattes import ShotQuadmask
from void_studio.app.progress import Stages
from void_studio.app.settings import RenderSettings
from void_studio.app.shots import ShotPlate
from void_studio.app.upload import BlobSink, upload_clip
from void_studio.core import (
    Extent,
    FrameRange,
    NotPresent,
    UsageError,
    digest_bytes,
    new_id,
)
from void_studio.engine import (
    EngineInfo,
    ParamValue,
    complete_params,
    parse_param,
    with_canvas,
    workload_of,
)
from void_studio.finish import Framing
from void_studio.jobs import JobSpec, Rate, Runner
from void_studio.media import PlateRef, delivery_for, reopen_plate
from void_studio.quadmask import Quadmask
from void_studio.timeline import Timeline
from void_studio.versions import PlateFacts, RangeOfTake, RenderRequest, ShotFacts, TimelineFacts

__all__ = [
    "FillTerms",
    "ShotJob",
    "checked_params",
    "engine_of",
    "make_request",
]

_SET_BY_FRAMES = frozenset({"fresh_first", "fresh_last", "only_first", "only_last"})


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
    take: TakeRange | None = None


@dataclass(frozen=True, slots=True)
class ShotJob:
    """Everything that decides a version, apart from the worker."""

    timeline: Timeline
    shot: ShotPlate
    matte: ShotQuadmask
    matte_origin: str
    settings: RenderSettings
    root: Path
    take: TakeRange | None = None

    @property
    def quadmask(self) -> Quadmask:
        """Over the work range; with a take, the take's outside of the range."""
        given = self.matte.quadmask
        return kept_quadmask(self.take, given) if self.take else given

    @property
    def terms(self) -> FillTerms:
        """The same without the timeline that it came from, one delivery for all hosts."""
        timeline, shot, plate = self.timeline, self.shot.shot, self.shot.plate
        return FillTerms(
            TimelineFacts(str(timeline.path.resolve()), timeline.sha256),
            ShotFacts(shot.id, shot.name, shot.sequence),
            plate,
            self.shot.source,
            self.quadmask,
            self.settings,
            (delivery_for(plate.layout).value,),
            self.take,
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
    runner: Runner,
    terms: FillTerms,
    engine: EngineInfo,
    *,
    sink: BlobSink | None = None,
    stages: Stages,
    cancelled: Callable[[], bool],
) -> RenderRequest:
    """Frame the plate, send the clip to the worker, and state what is wanted.

    The clip goes to `sink` instead when there is one; `runner` then only tells what jobs took.
    Raises UsageError for a parameter that does not fit or a prompt that the engine needs.
    """
    settings, plate, quadmask = terms.settings, terms.plate, terms.quadmask
    params = checked_params(engine, settings)
    engine = with_canvas(engine, params)
    take = terms.take
    sent = sent_range(engine, take.frames, quadmask.range, params) if take else None
    rates = runner.capabilities().rates
    framing, clip = _sent(
        sink or runner, terms, engine, params, sent, rates, stages=stages, cancelled=cancelled
    )
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
            engine.id,
            params | dict(sent.params if sent else {}),
            clip,
            prompt=settings.prompt,
            allow=settings.allow,
        ),
        range_of_take=_range_of(take, sent) if take and sent else None,
    )


def _sent(
    sink: BlobSink,
    terms: FillTerms,
    engine: EngineInfo,
    params: dict[str, ParamValue],
    sent: SentRange | None,
    rates: Sequence[Rate],
    *,
    stages: Stages,
    cancelled: Callable[[], bool],
) -> tuple[Framing, str]:
    """Frame the plate, say what it will cost, and have `sink` hold the clip: its digest."""
    take, settings = terms.take, terms.settings
    with (
        closing(reopen_plate(terms.plate, sequential=True)) as reader,
        clip_source(reader, terms.quadmask, take, sent) as (source, quadmask),
    ):
        with stages.stage("framing"):
            framing = (
                framing_again(take, quadmask, engine, settings)
                if take
                else framing_of(reader, quadmask, engine, settings)
            )
        estimate = estimate_of(engine.id, masked_frames(quadmask), framing.canvas, params, rates)
        stages.reporter.note(f"{terms.shot.name}: {estimate.line()}")
        with stages.stage("upload") as step:
            manifest = upload_clip(sink, source, framing, quadmask, step=step, cancelled=cancelled)
    return framing, manifest.digest


def _range_of(take: TakeRange, sent: SentRange) -> RangeOfTake:
    recipe = take.version.recipe
    return RangeOfTake(
        take.frames,
        sent.clip,
        str(take.version.folder.resolve()),
        digest_bytes(recipe.encode()),
        recipe.master.digest,
        recipe.request.job.engine,
        recipe.rendered_by.build,
    )


def checked_params(engine: EngineInfo, settings: RenderSettings) -> dict[str, ParamValue]:
    """Every parameter of the engine, as asked for or by default.

    Raises UsageError for one that does not fit, for sizes, overlaps and steps that the engine can
    not work with, and for a missing prompt.
    """
    if engine.needs_prompt and not settings.prompt.strip():
        raise UsageError(f"engine {engine.id} needs a prompt", hint="say what remains: --prompt")
    written = dict(parse_param(engine.params, text) for text in settings.params)
    for name in _SET_BY_FRAMES & written.keys():
        raise UsageError(f"parameter {name} is set by --frames", hint="use --frames and --from")
    params = complete_params(engine.params, written)
    canvas = with_canvas(engine, params).canvas
    workload_of(engine.id, [True], canvas or Extent(1, 1), params)
    return params
