"""`render`: from a timeline, shots and quadmasks to published versions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from void_studio.app.asking import Asked
from void_studio.app.kept_take import take_range
from void_studio.app.mattes import quadmask_for, quadmask_path
from void_studio.app.progress import Reporter, Stages
from void_studio.app.project_links import keep_version, read_linked
from void_studio.app.render_shot import RenderedShot, ShotJob, render_shot
from void_studio.app.requesting import engine_of
from void_studio.app.settings import RenderSettings
from void_studio.app.shots import ShotPlate, plate_of
from void_studio.app.wiring import GrpcRunner, RemoteSegmenter, connected
from void_studio.core import Refused, StudioError, UsageError
from void_studio.quadmask import read_quadmask
from void_studio.timeline import Timeline, check_unchanged

__all__ = ["WantedShot", "default_versions", "render_shots", "wanted_shots"]

_HANDLE_SEGMENTER = "flow"
_WHOLE = Asked()


@dataclass(frozen=True, slots=True)
class WantedShot:
    """A shot to render and the file of its quadmask."""

    shot: ShotPlate
    quadmask: Path


def default_versions(timeline: Path) -> Path:
    """Where versions go when nobody says: a folder beside the timeline."""
    return timeline.resolve().parent / "void_versions"


def render_shots(
    path: Path,
    shot_ids: Sequence[str],
    quadmask: Path,
    settings: RenderSettings,
    *,
    asked: Asked = _WHOLE,
    all_ready: bool,
    versions: Path | None,
    worker: str,
    media_root: Path | None,
    rate: Fraction | None,
    project: Path | None,
    reporter: Reporter,
    cancelled: Callable[[], bool],
) -> dict[str, Any]:
    """Render the shots one after the other; what was published stays when a later one fails.

    Of every shot there is a version for each seed that is `asked` for.
    """
    timeline = read_linked(path, project, media_root=media_root, rate=rate)
    wanted = wanted_shots(
        timeline, shot_ids, quadmask, settings, all_ready=all_ready, reporter=reporter
    )
    asked.check(len(wanted))
    root = versions or default_versions(path)
    done: list[RenderedShot] = []
    with connected(worker) as runner:
        variants = tuple(asked.variants(engine_of(runner, settings.engine), settings))
        for item in wanted:
            stages = Stages(reporter)
            take = take_range(asked.frames, asked.take, item.shot, root) if asked.take else None
            job = _job(timeline, item, settings, root, runner, stages, cancelled)
            for each in variants:
                check_unchanged(timeline)
                rendered = render_shot(
                    runner,
                    replace(job, settings=each, take=take),
                    stages=stages,
                    cancelled=cancelled,
                )
                if project is not None:
                    keep_version(project, rendered.version)
                done.append(rendered)
                stages = Stages(reporter)
    return {"timeline": str(path), "versions": [rendered.facts() for rendered in done]}


def wanted_shots(
    timeline: Timeline,
    shot_ids: Sequence[str],
    quadmask: Path,
    settings: RenderSettings,
    *,
    all_ready: bool,
    reporter: Reporter,
) -> list[WantedShot]:
    """The shots that are to be rendered, each with its quadmask. Raises UsageError or Refused."""
    if bool(shot_ids) == all_ready:
        raise UsageError("which shots?", hint="give --shot ID, once for each, or --all-ready")
    if not all_ready:
        shots = [
            plate_of(timeline, timeline.shot(id_), handles=settings.handles) for id_ in shot_ids
        ]
        return [WantedShot(shot, quadmask_path(quadmask, shot_ids, shot.shot.id)) for shot in shots]
    if not quadmask.is_dir():
        raise UsageError(
            "--all-ready needs a folder of quadmasks", where=quadmask, hint="name each SHOT_ID.mkv"
        )
    ready: list[WantedShot] = []
    for shot in timeline.shots:
        files = sorted(file for file in quadmask.iterdir() if file.stem == shot.id)
        if files and shot.enabled:
            try:
                ready.append(
                    WantedShot(plate_of(timeline, shot, handles=settings.handles), files[0])
                )
            except StudioError as error:
                reporter.note(f"{shot.id} left out: {error.line()}")
    if not ready:
        raise Refused("no shot is ready", where=quadmask, hint="name each quadmask SHOT_ID.mkv")
    return ready


def _job(
    timeline: Timeline,
    item: WantedShot,
    settings: RenderSettings,
    root: Path,
    runner: GrpcRunner,
    stages: Stages,
    cancelled: Callable[[], bool],
) -> ShotJob:
    with stages.stage("quadmask"):
        file = read_quadmask(item.quadmask, extent=item.shot.plate.extent)
        segmenter = RemoteSegmenter(runner, _HANDLE_SEGMENTER)
        matte = quadmask_for(file, item.shot, segmenter, cancelled=cancelled)
    if matte.propagated:
        stages.reporter.note(
            f"{item.shot.shot.id}: the quadmask has no handles; {len(matte.propagated)} frames got"
            f" the edge matte, propagated by {_HANDLE_SEGMENTER}"
        )
    if matte.suspicious:
        listed = ", ".join(str(frame) for frame in matte.suspicious[:20])
        stages.reporter.note(f"{item.shot.shot.id}: empty beside a painted frame: {listed}")
    if matte.off_values:
        stages.reporter.note(f"{item.quadmask}: {matte.off_values} samples were snapped")
    return ShotJob(timeline, item.shot, matte, str(item.quadmask), settings, root)
