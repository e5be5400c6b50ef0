"""`estimate`: what rendering some shots would cost; nothing is sent, nothing is started."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from void_studio.app.choosing import BEST, fleet_of
from void_studio.app.estimate import Estimate, estimate_of
from void_studio.app.framing import framing_of, masked_frames
from void_studio.app.mattes import placed_roughly
from void_studio.app.progress import Reporter
from void_studio.app.project_links import read_linked
from void_studio.app.requesting import checked_params
from void_studio.app.settings import RenderSettings
from void_studio.app.wanted import WantedShot, wanted_shots
from void_studio.app.workers import connect_named
from void_studio.core import NotPresent, UsageError
from void_studio.engine import EngineInfo, ParamValue, with_canvas
from void_studio.engine.draft.params import SPECS as DRAFT_SPECS
from void_studio.engine.void.params import SECOND_SPECS, SPECS, VoidParams
from void_studio.engine.void.plan import CANVAS
from void_studio.engine.void.plans import plan_table
from void_studio.jobs import Capabilities, Rate
from void_studio.media import reopen_plate
from void_studio.quadmask import read_quadmask
from void_studio.worker.client import connect_local

__all__ = ["estimate_shots"]

_NOWHERE = Capabilities("", "", (), (), (), 0, 0)
_VOID = ("void", "void:2")
_BUILT_IN = {
    "draft": (None, DRAFT_SPECS),
    "void": (CANVAS, SPECS),
    "void:2": (CANVAS, SECOND_SPECS),
}


@dataclass(frozen=True, slots=True)
class _Offer:
    """An engine, and why the worker can not run it, "" if it can."""

    engine: EngineInfo
    can_not_run: str
    rates: tuple[Rate, ...]


def estimate_shots(
    path: Path,
    shot_ids: Sequence[str],
    quadmask: Path,
    settings: RenderSettings,
    *,
    all_ready: bool,
    worker: str,
    media_root: Path | None,
    rate: Fraction | None,
    project: Path | None,
    reporter: Reporter,
) -> dict[str, Any]:
    """What `estimate` prints. Raises UsageError for parameters that would be refused."""
    timeline = read_linked(path, project, media_root=media_root, rate=rate)
    wanted = wanted_shots(
        timeline, shot_ids, quadmask, settings, all_ready=all_ready, reporter=reporter
    )
    offered, reached = _offered(worker, settings.engine, reporter)
    offer = _offer(offered, settings.engine)
    params = checked_params(offer.engine, replace(settings, prompt=settings.prompt or "?"))
    offer = replace(offer, engine=with_canvas(offer.engine, params))
    found = {item.shot.shot.id: _estimate(item, settings, offer, params) for item in wanted}
    seconds = [estimate.seconds for estimate in found.values()]
    known = [each for each in seconds if each is not None]
    return {
        "engine": offer.engine.id,
        "worker": worker if reached else None,
        "can_not_run": offer.can_not_run or None,
        "shots": [_facts(shot, estimate) for shot, estimate in found.items()],
        "seconds": sum(known) if len(known) == len(seconds) else None,
        "plans": _plans(offer.engine, params, offered),
    }


def _offered(worker: str, engine: str, reporter: Reporter) -> tuple[Capabilities, bool]:
    """What the worker offers, and whether there is one; a local one is not started for this."""
    if worker == BEST:
        with fleet_of(worker, reporter) as fleet:
            return fleet.runner(engine).capabilities(), True
    try:
        runner = connect_local(start=False) if worker == "local" else connect_named(worker)
    except NotPresent:
        if worker != "local":
            raise
        return _NOWHERE, False
    with closing(runner):
        return runner.capabilities(), True


def _offer(offered: Capabilities, id_: str) -> _Offer:
    for info in offered.engines:
        if info.id == id_:
            return _Offer(info, "", offered.rates)
    if id_ not in _BUILT_IN:
        known = ", ".join(dict.fromkeys([*_BUILT_IN, *(info.id for info in offered.engines)]))
        raise UsageError(f"there is no engine {id_!r}", hint=f"there is: {known}")
    canvas, specs = _BUILT_IN[id_]
    info = EngineInfo(id_, id_, canvas, specs, "", "", canvas is not None)
    return _Offer(info, offered.switched_off.get(id_, ""), offered.rates)


def _estimate(
    item: WantedShot, settings: RenderSettings, offer: _Offer, params: dict[str, ParamValue]
) -> Estimate:
    plate = item.shot.plate
    quadmask = placed_roughly(read_quadmask(item.quadmask, extent=plate.extent), item.shot)
    with closing(reopen_plate(plate, sequential=True)) as reader:
        framing = framing_of(reader, quadmask, offer.engine, settings)
    masked = masked_frames(quadmask)
    return estimate_of(offer.engine.id, masked, framing.canvas, params, offer.rates)


def _facts(shot: str, estimate: Estimate) -> dict[str, Any]:
    work, measured = estimate.work, estimate.measured
    return {
        "shot": shot,
        "canvas": {"width": estimate.canvas.width, "height": estimate.canvas.height},
        "frames": work.frames,
        "padded": work.padded,
        "windows": work.windows,
        "steps": work.steps,
        "flop": work.amount if work.is_flop else None,
        "seconds": estimate.seconds,
        "measured": None if measured is None else _rate_facts(measured),
        "summary": estimate.line(),
    }


def _plans(
    engine: EngineInfo, params: dict[str, ParamValue], offered: Capabilities
) -> list[dict[str, Any]]:
    """What each memory plan of VOID needs, and whether it fits the worker's GPUs."""
    if engine.id not in _VOID or engine.canvas is None:
        return []
    gpus = [device for device in offered.devices if not device.id.startswith("cpu")]
    return [
        {
            "plan": need.plan.value,
            "exact": need.exact,
            "needed_bytes": need.needed_bytes,
            "fits": [
                {"device": gpu.name, "fits": need.needed_bytes <= gpu.free_bytes} for gpu in gpus
            ],
        }
        for need in plan_table(engine.canvas, VoidParams.of(params))
    ]


def _rate_facts(rate: Rate) -> dict[str, Any]:
    return {
        "device": rate.device,
        "canvas": {"width": rate.canvas.width, "height": rate.canvas.height},
        "frames": rate.frames,
        "seconds": rate.seconds,
        "frames_per_s": rate.frames / rate.seconds if rate.seconds else 0.0,
        "step_and_window_s": rate.step_s or None,
    }
