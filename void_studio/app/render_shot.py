"""One shot, from its quadmask to a published version."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from void_studio import __version__
from void_studio.app.finishing import FinishedMedia, finish_shot
from void_studio.app.progress import Stages
from void_studio.app.requesting import ShotJob, engine_of, make_request
from void_studio.app.take import watch_to_end
from void_studio.app.upload import BlobSink
from void_studio.engine import EngineInfo
from void_studio.jobs import ResultManifest, Runner
from void_studio.media import DeliveryKind, PlateRef, colour_of, is_bit_exact
from void_studio.quadmask import Quadmask
from void_studio.versions import (
    Certificate,
    Delivery,
    Recipe,
    RenderedBy,
    RenderRequest,
    StagedVersion,
    Version,
    certify,
    file_fact,
    stage_version,
)

__all__ = [
    "PublishOrder",
    "RenderedShot",
    "ShotJob",
    "complete_version",
    "publish_result",
    "render_shot",
    "shot_order",
]

_WORTH_SAYING = 0.01


@dataclass(frozen=True, slots=True)
class RenderedShot:
    """A published version and what is worth telling of it."""

    version: Version
    timings_s: dict[str, float]

    @property
    def frames_out(self) -> int:
        """Frames that the certificate compared."""
        return self.version.certificate.frames

    @property
    def outside_samples_changed(self) -> int:
        """Samples outside the support that differ: 0, or nothing was published."""
        return self.version.certificate.outside_samples_changed

    @property
    def no_source_share(self) -> float:
        """Mean share of filled pixels that no frame shows."""
        return self.version.recipe.no_source.mean

    def facts(self) -> dict[str, Any]:
        """What `render` prints of it."""
        version = self.version
        request = version.recipe.request
        part, seed = request.range_of_take, dict(request.job.params).get("seed")
        return {
            "seed": seed,
            "from_take": None
            if part is None
            else {"folder": part.folder, "first": part.frames.start, "last": part.frames.last},
            "shot": version.recipe.request.shot.id,
            "version": version.folder.name,
            "folder": str(version.folder),
            "master": str(version.master),
            "deliveries": {kind: str(path) for kind, path in version.deliveries.items()},
            "frames": self.frames_out,
            "outside_samples_changed": self.outside_samples_changed,
            "no_source_share": self.no_source_share,
            "master_digest": version.recipe.master.digest,
            "stages_s": self.timings_s,
        }


def render_shot(
    runner: Runner, job: ShotJob, *, stages: Stages, cancelled: Callable[[], bool]
) -> RenderedShot:
    """Render, finish, certify and publish. Nothing is left behind when a step fails."""
    order = shot_order(runner, job, stages=stages, cancelled=cancelled)
    again = job.settings.again
    return publish_result(runner, order, again=again, stages=stages, cancelled=cancelled)


def shot_order(
    runner: Runner,
    job: ShotJob,
    *,
    sink: BlobSink | None = None,
    stages: Stages,
    cancelled: Callable[[], bool],
) -> PublishOrder:
    """A shot's clip sent, and all that is needed to submit its job and publish the result.

    `runner` tells of the engine; the clip goes to `sink` when there is one.
    """
    engine = engine_of(runner, job.settings.engine)
    request = make_request(runner, job.terms, engine, sink=sink, stages=stages, cancelled=cancelled)
    return PublishOrder(
        request,
        engine,
        job.shot.plate,
        job.quadmask,
        _origins(job),
        job.root,
        take=job.take.version if job.take else None,
    )


@dataclass(frozen=True, slots=True)
class PublishOrder:
    """A request with what is needed to finish its result; versions go under `root`.

    `with_sound` copies the plate's sound into the first delivery, the master where there is none.
    `take` has the frames that the request does not render.
    """

    request: RenderRequest
    engine: EngineInfo
    plate: PlateRef
    quadmask: Quadmask
    matte_origins: tuple[str, ...]
    root: Path
    with_sound: bool = False
    take: Version | None = None


def publish_result(
    runner: Runner,
    order: PublishOrder,
    *,
    again: bool,
    job_id: str | None = None,
    stages: Stages,
    cancelled: Callable[[], bool],
) -> RenderedShot:
    """Have a request rendered and publish the result as the shot's next version.

    `job_id` is that of the request's job when it was submitted already.
    """
    with stage_version(order.root, order.request) as staged:
        recipe, certificate = complete_version(
            runner, order, staged, again=again, job_id=job_id, stages=stages, cancelled=cancelled
        )
        version = staged.publish(recipe, certificate)
    return RenderedShot(version, dict(stages.seconds))


def complete_version(
    runner: Runner,
    order: PublishOrder,
    staged: StagedVersion,
    *,
    again: bool,
    job_id: str | None = None,
    stages: Stages,
    cancelled: Callable[[], bool],
) -> tuple[Recipe, Certificate]:
    """Render, and write every file of the staged version but its certificate, which is returned."""
    with stages.stage("render"):
        request = order.request
        job = watch_to_end(
            runner,
            job_id or runner.submit(request.id, request.job, again=again),
            reporter=stages.reporter,
            cancelled=cancelled,
        )
    with stages.stage("finish") as step:
        media = finish_shot(
            runner,
            job.manifest,
            order.request,
            order.plate,
            order.quadmask,
            staged,
            take=order.take,
            with_sound=order.with_sound,
            step=step,
            cancelled=cancelled,
        )
    if media.no_source.mean >= _WORTH_SAYING:
        stages.reporter.note(
            f"{media.no_source.mean:.0%} of the filled pixels are shown by no frame and were"
            " painted in from around: look at them"
        )
    recipe = _recipe(order, job.manifest, media, stages)
    staged.write_recipe(recipe)
    with stages.stage("certify") as step:
        certificate = certify(
            staged.folder, order.plate.location, on_progress=step, cancelled=cancelled
        )
    runner.mark_fetched(job.id)
    return recipe, certificate


def _recipe(
    order: PublishOrder, manifest: ResultManifest, media: FinishedMedia, stages: Stages
) -> Recipe:
    engine, plate = order.engine, order.plate
    return Recipe(
        request=order.request,
        studio_version=__version__,
        rendered_by=RenderedBy(
            engine.title,
            engine.licence,
            engine.weights_licence,
            manifest.build,
            manifest.device,
            manifest.digest,
            manifest.ran,
        ),
        master=file_fact(media.master),
        deliveries=tuple(
            Delivery(
                name,
                file_fact(path),
                is_bit_exact(DeliveryKind(name), plate.layout, tags=plate.colour),
            )
            for name, path in media.deliveries.items()
        ),
        quadmask=file_fact(media.quadmask),
        support=file_fact(media.support),
        assumed_colour=colour_of(plate.colour, plate.layout, plate.extent, plate.rate).assumed,
        matte_origins=order.matte_origins,
        no_source=media.no_source,
        timings_s=tuple(stages.seconds.items()),
    )


def _origins(job: ShotJob) -> tuple[str, ...]:
    lines = [f"quadmask: {job.matte_origin}"]
    if job.matte.propagated:
        lines.append(f"{len(job.matte.propagated)} handle frames: propagated by flow")
    if job.take:
        lines.append(f"all but frames {job.take.frames}: {job.take.version.folder}")
    return tuple(lines)
