"""The shots that a person asked for, each with its quadmask over its work range."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from void_studio.app.asking import Asked
from void_studio.app.kept_take import take_range
from void_studio.app.mattes import quadmask_for, quadmask_path
from void_studio.app.progress import Reporter, Stages
from void_studio.app.requesting import ShotJob, engine_of
from void_studio.app.settings import RenderSettings
from void_studio.app.shots import ShotPlate, plate_of
from void_studio.app.wiring import GrpcRunner, RemoteSegmenter
from void_studio.core import Refused, StudioError, UsageError
from void_studio.quadmask import read_quadmask
from void_studio.timeline import Timeline

__all__ = ["WantedShot", "shot_jobs", "wanted_shots"]

_HANDLE_SEGMENTER = "flow"


@dataclass(frozen=True, slots=True)
class WantedShot:
    """A shot to render and the file of its quadmask."""

    shot: ShotPlate
    quadmask: Path


def wanted_shots(
    timeline: Timeline,
    shot_ids: Sequence[str],
    quadmask: Path,
    settings: RenderSettings,
    *,
    all_ready: bool,
    reporter: Reporter,
) -> list[WantedShot]:
    """The shots of these ids, or with `all_ready` every one that has a quadmask and its media.

    Raises UsageError when neither or both are asked for, Refused when no shot is ready.
    """
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


def shot_jobs(
    timeline: Timeline,
    item: WantedShot,
    settings: RenderSettings,
    asked: Asked,
    root: Path,
    runner: GrpcRunner,
    *,
    stages: Stages,
    cancelled: Callable[[], bool],
) -> tuple[ShotJob, ...]:
    """A shot with its quadmask, once for every version that is `asked` for.

    Handles that the quadmask lacks are propagated by the worker. Raises UsageError for what its
    engine does not take, and what `take_range` raises.
    """
    variants = tuple(asked.variants(engine_of(runner, settings.engine), settings))
    take = take_range(asked.frames, asked.take, item.shot, root) if asked.take else None
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
    return tuple(
        ShotJob(timeline, item.shot, matte, str(item.quadmask), each, root, take)
        for each in variants
    )
