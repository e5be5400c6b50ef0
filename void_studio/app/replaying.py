"""`replay`: a version's recipe rendered again, and the two masters compared."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from void_studio.app.clip_source import clip_source, sent_range
from void_studio.app.kept_take import recorded_take
from void_studio.app.progress import Reporter, Stages
from void_studio.app.recorded import check_recorded
from void_studio.app.render_shot import PublishOrder, RenderedShot, publish_result
from void_studio.app.requesting import engine_of
from void_studio.app.upload import upload_clip
from void_studio.app.wiring import connected
from void_studio.core import BadInput
from void_studio.jobs import Runner
from void_studio.media import PlateRef, is_sequence, open_plate
from void_studio.quadmask import Quadmask, read_quadmask
from void_studio.versions import Version, read_version

__all__ = ["replay_version"]


def replay_version(
    folder: Path,
    *,
    out: Path | None,
    plate: Path | None,
    worker: str,
    reporter: Reporter,
    cancelled: Callable[[], bool],
) -> dict[str, Any]:
    """Render the recipe as a new attempt; the new version is kept only when `out` is given."""
    version = read_version(folder)
    media = plate or Path(version.recipe.request.plate.path)
    check_recorded(version.recipe.request.plate, media)
    with ExitStack() as stack:
        root = out or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="replay-")))
        runner = stack.enter_context(connected(worker))
        again = _again(runner, version, media, root, Stages(reporter), cancelled)
        return _facts(version, again, kept=out is not None)


def _again(
    runner: Runner,
    version: Version,
    media: Path,
    root: Path,
    stages: Stages,
    cancelled: Callable[[], bool],
) -> RenderedShot:
    recipe = version.recipe
    quadmask = _quadmask(version)
    rate = recipe.request.plate.rate if is_sequence(media) else None
    engine = engine_of(runner, recipe.request.job.engine)
    take = recorded_take(recipe.request)
    params = dict(recipe.request.job.params)
    sent = sent_range(engine, take.frames, quadmask.range, params) if take else None
    with (
        closing(open_plate(media, sequential=True, rate=rate)) as reader,
        clip_source(reader, quadmask, take, sent) as (source, clip_mask),
        stages.stage("upload") as step,
    ):
        ref: PlateRef = reader.ref
        framing = recipe.request.framing
        manifest = upload_clip(runner, source, framing, clip_mask, step=step, cancelled=cancelled)
    if manifest.digest != recipe.request.job.clip:
        raise BadInput("plate and quadmask no longer give the clip in the recipe", where=media)
    order = PublishOrder(
        recipe.request,
        engine,
        ref,
        quadmask,
        recipe.matte_origins,
        root,
        take=take.version if take else None,
    )
    return publish_result(runner, order, again=True, stages=stages, cancelled=cancelled)


def _quadmask(version: Version) -> Quadmask:
    request = version.recipe.request
    read = read_quadmask(version.quadmask, extent=request.plate.extent).frames
    quadmask = Quadmask(request.work_range, read.extent, read.frames, request.quadmask_revision)
    if quadmask.digest != request.quadmask_digest:
        raise BadInput("the quadmask is not the one in the recipe", where=version.quadmask)
    return quadmask


def _facts(version: Version, again: RenderedShot, *, kept: bool) -> dict[str, Any]:
    first, second = version.recipe, again.version.recipe
    identical = first.master.digest == second.master.digest
    same_build = (first.rendered_by.build, first.rendered_by.device) == (
        second.rendered_by.build,
        second.rendered_by.device,
    )
    why = (
        "" if same_build else f"; built by {first.rendered_by.build} on {first.rendered_by.device}"
    )
    return {
        "version": str(version.folder),
        "identical": identical,
        "same_build": same_build,
        "master_digest": first.master.digest,
        "replayed_digest": second.master.digest,
        "folder": str(again.version.folder) if kept else None,
        "verdict": (
            f"identical master, {first.master.digest}"
            if identical
            else f"the master differs: {first.master.digest} became {second.master.digest}{why}"
        ),
    }
