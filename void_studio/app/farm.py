"""`farm bundle` and `farm collect`: shots that a farm renders without a studio or a worker."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from void_studio.app.asking import Asked
from void_studio.app.farm_runner import BundleRunner
from void_studio.app.farm_shot import FarmShot
from void_studio.app.farm_template import MOST_TASKS, job_template
from void_studio.app.progress import Reporter, Stages, raise_if
from void_studio.app.project_links import keep_version, read_linked
from void_studio.app.render_shot import PublishOrder, RenderedShot, publish_result, shot_order
from void_studio.app.rendering import default_versions
from void_studio.app.settings import RenderSettings
from void_studio.app.wanted import shot_jobs, wanted_shots
from void_studio.app.wiring import connected
from void_studio.core import Refused, UsageError, read_limited, write_whole
from void_studio.jobs import JobBundle
from void_studio.timeline import check_unchanged
from void_studio.versions import RenderRequest, shot_slug

__all__ = ["bundle_shots", "collect_bundle"]

_TEMPLATE = "template.json"
_SHOTS, _COLLECTED = "shots", "collected"
_LIMIT_BYTES = 1 << 20
_SLUG_CHARS = 80


def bundle_shots(
    path: Path,
    shot_ids: Sequence[str],
    quadmask: Path,
    settings: RenderSettings,
    *,
    asked: Asked,
    out: Path,
    gpus: int,
    all_ready: bool,
    versions: Path | None,
    worker: str,
    media_root: Path | None,
    rate: Fraction | None,
    project: Path | None,
    reporter: Reporter,
    cancelled: Callable[[], bool],
) -> dict[str, Any]:
    """Write a bundle: clips, jobs, and an Open Job Description template with its tasks.

    There is a task for each shot, and for each seed that is `asked` for. `worker` only tells the
    engine's parameters and propagates mattes into the handles. The template is written last.
    Raises Refused when something is at `out`.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise Refused("something is there already", where=out, hint="choose another --out")
    timeline = read_linked(path, project, media_root=media_root, rate=rate)
    wanted = wanted_shots(
        timeline, shot_ids, quadmask, settings, all_ready=all_ready, reporter=reporter
    )
    asked.check(len(wanted))
    tasks = len(wanted) * max(1, len(asked.seeds))
    if tasks > MOST_TASKS:
        raise UsageError(f"{tasks} versions", hint=f"a bundle has at most {MOST_TASKS}")
    bundle, root = JobBundle(out), (versions or default_versions(path)).resolve()
    names: list[str] = []
    with connected(worker) as runner:
        for item in wanted:
            stages = Stages(reporter)
            jobs = shot_jobs(
                *(timeline, item, settings, asked, root, runner), stages=stages, cancelled=cancelled
            )
            for job in jobs:
                raise_if(cancelled)
                check_unchanged(timeline)
                order = shot_order(runner, job, sink=bundle, stages=stages, cancelled=cancelled)
                names.append(_keep(bundle, order, len(names)))
    template = job_template(path.name, names, gpus=gpus)
    write_whole(out / _TEMPLATE, json.dumps(template, indent=2).encode())
    return {
        "folder": str(out),
        "template": str(out / _TEMPLATE),
        "shots": [_task(name, _shot(bundle, name).request) for name in names],
    }


def collect_bundle(
    folder: Path,
    *,
    versions: Path | None,
    project: Path | None,
    reporter: Reporter,
    cancelled: Callable[[], bool],
) -> dict[str, Any]:
    """Publish the shots of a bundle that are rendered and were not published before."""
    bundle = JobBundle(folder)
    root = versions.resolve() if versions else None
    done: list[RenderedShot] = []
    before: list[str] = []
    pending: list[str] = []
    for name in bundle.names():
        if bundle.result(name) is None:
            pending.append(name)
        elif _collected(folder, name).exists():
            before.append(read_limited(_collected(folder, name), _LIMIT_BYTES).decode())
        else:
            done.append(_publish(bundle, name, root, project, Stages(reporter), cancelled))
    return {
        "folder": str(folder),
        "versions": [rendered.facts() for rendered in done],
        "published_before": before,
        "pending": pending,
    }


def _task(name: str, request: RenderRequest) -> dict[str, Any]:
    return {"shot": request.shot.id, "task": name, "seed": dict(request.job.params).get("seed")}


def _keep(bundle: JobBundle, order: PublishOrder, index: int) -> str:
    name = f"{index + 1:04d}_{shot_slug(order.request.shot)[:_SLUG_CHARS]}"
    _shot(bundle, name).keep(order)
    bundle.add(name, order.request.job)
    return name


def _publish(
    bundle: JobBundle,
    name: str,
    root: Path | None,
    project: Path | None,
    stages: Stages,
    cancelled: Callable[[], bool],
) -> RenderedShot:
    rendered = publish_result(
        BundleRunner(bundle, name),
        _shot(bundle, name).order(root=root),
        again=False,
        stages=stages,
        cancelled=cancelled,
    )
    if project is not None:
        keep_version(project, rendered.version)
    write_whole(_collected(bundle.folder, name), str(rendered.version.folder).encode())
    return rendered


def _shot(bundle: JobBundle, name: str) -> FarmShot:
    return FarmShot(bundle.folder / _SHOTS / name)


def _collected(folder: Path, name: str) -> Path:
    return folder / _COLLECTED / name
