"""`reason --accept`: the proposals that a person takes, into a quadmask or a project."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from void_studio.app.made_mattes import MadeMattes
from void_studio.app.progress import Reporter, raise_if
from void_studio.app.shots import ShotPlate, plate_of
from void_studio.app.taking import TakenLayer, TakingTerms, taken_layers
from void_studio.assist import LARGEST_PROPOSALS_BYTES, ReasonedProposals, decode_reasoned
from void_studio.core import BadInput, Refused, UsageError, read_limited
from void_studio.project import Project
from void_studio.quadmask import (
    Quadmask,
    QuadmaskDocument,
    Role,
    affected_of,
    pack,
    place_quadmask,
    read_quadmask,
    remove_of,
    write_quadmask,
)
from void_studio.timeline import read_timeline

__all__ = ["AcceptRequest", "accept_proposals"]

Matte = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class AcceptRequest:
    """Which proposals (a1, b1 ..., or all) go where: a new quadmask, a project, or both.

    With `refine` affected objects are followed by the segmenter, instead of whole cells.
    """

    timeline: Path
    shot: str
    quadmask: Path
    proposals: Path
    take: tuple[str, ...]
    out: Path | None = None
    project: Path | None = None
    handles: int = 8
    refine: bool = False


def accept_proposals(
    request: AcceptRequest,
    *,
    worker: str,
    media_root: Path | None,
    rate: Fraction | None,
    reporter: Reporter,
    cancelled: Callable[[], bool],
) -> dict[str, Any]:
    """Paint affected objects on the grid; follow belongings with a segmenter in a worker.

    Raises Refused when the proposals are of another shot, UsageError for names they do not have.
    """
    if request.out is None and request.project is None:
        raise UsageError("where to?", hint="give --out QUADMASK, --project PROJECT or both")
    proposals = decode_reasoned(read_limited(request.proposals, LARGEST_PROPOSALS_BYTES))
    names = _chosen(request.take, proposals)
    timeline = read_timeline(request.timeline, media_root=media_root, rate=rate)
    shot = plate_of(timeline, timeline.shot(request.shot), handles=request.handles)
    _check_fits(proposals, shot)
    file = read_quadmask(request.quadmask, extent=shot.plate.extent)
    placed = place_quadmask(
        file, work=shot.work, source=shot.source, plate=shot.plate.available_range
    )
    quadmask = placed.quadmask
    terms = TakingTerms(proposals, shot, quadmask.range.intersect(shot.work), request.refine)
    taken = taken_layers(terms, names, worker=worker, reporter=reporter, cancelled=cancelled)
    raise_if(cancelled)
    if request.out is not None:
        _write(request.out, quadmask, taken, shot)
    if request.project is not None:
        _keep(request.project, shot, quadmask, taken)
    return _facts(request, names, taken, proposals.answer.scene)


def _facts(
    request: AcceptRequest, names: list[str], taken: list[TakenLayer], scene: str
) -> dict[str, Any]:
    return {
        "shot": request.shot,
        "out": str(request.out) if request.out else None,
        "project": str(request.project) if request.project else None,
        "taken": names,
        "layers": [
            {"name": item.name, "role": item.role.value, "frames": len(item.mattes)}
            for item in taken
        ],
        "scene": scene,
    }


def _chosen(take: Iterable[str], proposals: ReasonedProposals) -> list[str]:
    known = [*proposals.affected(), *proposals.belongings()]
    wanted = [name for text in take for name in text.split(",") if name]
    unknown = [name for name in wanted if name not in {*known, "all"}]
    if unknown or not wanted:
        raise UsageError(
            f"no proposal {unknown[0]!r}" if unknown else "which proposals?",
            hint=f"--take with any of {', '.join(known) or 'none'}, or all",
        )
    return known if "all" in wanted else [name for name in known if name in wanted]


def _check_fits(proposals: ReasonedProposals, shot: ShotPlate) -> None:
    if proposals.shot != shot.shot.id:
        raise Refused(f"the proposals are of shot {proposals.shot}, not {shot.shot.id}")
    if proposals.extent != shot.plate.extent:
        raise BadInput(f"the proposals are of {proposals.extent}, the plate is {shot.plate.extent}")


def _write(path: Path, quadmask: Quadmask, taken: list[TakenLayer], shot: ShotPlate) -> None:
    values = (_packed(quadmask.values(frame), frame, taken) for frame in quadmask.range)
    result = Quadmask.of(quadmask.range.start, quadmask.extent, values)
    timecode = shot.plate.start_timecode
    start = timecode.at(result.range.start) if timecode else None
    write_quadmask(path, result, rate=shot.plate.rate, start_timecode=start)


def _packed(
    values: npt.NDArray[np.uint8], frame: int, taken: list[TakenLayer]
) -> npt.NDArray[np.uint8]:
    mattes = {Role.REMOVE: remove_of(values), Role.AFFECTED: affected_of(values)}
    for item in taken:
        if frame in item.mattes:
            mattes[item.role] = mattes[item.role] | item.mattes[frame]
    return pack(mattes[Role.REMOVE], mattes[Role.AFFECTED])


def _keep(path: Path, shot: ShotPlate, quadmask: Quadmask, taken: list[TakenLayer]) -> None:
    """Each proposal becomes a layer of its own; the project's document is made when it has none."""
    with Project.open(path, writable=True) as project:
        document = project.quadmask(shot.shot.id) or _document(shot, quadmask)
        for item in taken:
            layer = document.add_layer(item.name, item.role)
            document.set_mattes(layer.id, item.mattes.over(document.range))
        project.keep_quadmask(document)


def _document(shot: ShotPlate, quadmask: Quadmask) -> QuadmaskDocument:
    """A document of the work range with the quadmask's two layers."""
    document = QuadmaskDocument(shot.shot.id, shot.work, quadmask.extent)
    frames = shot.work.intersect(quadmask.range)
    for role, matte_in in ((Role.REMOVE, remove_of), (Role.AFFECTED, affected_of)):
        layer = document.add_layer(role.value, role)
        document.set_mattes(layer.id, MadeMattes(frames, partial(_matte, quadmask, matte_in)))
    return document


def _matte(quadmask: Quadmask, matte_in: Callable[..., Matte], frame: int) -> Matte:
    return matte_in(quadmask.values(frame))
