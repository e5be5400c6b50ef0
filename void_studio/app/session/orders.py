"""Renders that were ordered and are not takes yet, kept on disk so that any studio can go on."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from void_studio.core import (
    BadInput,
    FrameRange,
    NotPresent,
    canonical_json,
    is_id,
    read_limited,
    write_whole,
)
from void_studio.media import PlateRef, probe_plate
from void_studio.quadmask import Quadmask, read_quadmask, write_quadmask
from void_studio.versions import RenderRequest, ShotFacts, TimelineFacts

if TYPE_CHECKING:
    from void_studio.app.settings import RenderSettings

__all__ = ["KeptOrder", "KeptOrders", "RenderOrder"]

_SCHEMA = "void_studio.order.1"
_LIMIT_BYTES = 4 << 20
_UNFINISHED = ".part"
_REQUEST, _QUADMASK, _ORDER = "request.json", "quadmask.mkv", "order.json"


@dataclass(frozen=True, slots=True)
class RenderOrder:
    """What a person ordered, before anything was sent.

    Ranges are in the plate's numbering. `packed` gives the quadmask over `work`; it is called once,
    on the thread that sends. `worker` is a name or address, "local" for this computer.
    """

    timeline: TimelineFacts
    shot: ShotFacts
    plate: PlateRef
    source: FrameRange
    work: FrameRange
    settings: RenderSettings
    worker: str
    packed: Callable[[], Quadmask]
    origins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KeptOrder:
    """An order whose clip the worker has, or had; `job` is empty until it was submitted.

    `failed` says why the last attempt gave no take, empty while there is hope.
    """

    folder: Path
    request: RenderRequest
    worker: str
    origins: tuple[str, ...]
    job: str = ""
    failed: str = ""

    def quadmask(self) -> Quadmask:
        """The quadmask of the request, exactly. Raises BadInput when the file was changed."""
        request = self.request
        read = read_quadmask(self.folder / _QUADMASK, extent=request.plate.extent).frames
        quadmask = Quadmask(request.work_range, read.extent, read.frames, request.quadmask_revision)
        if quadmask.digest != request.quadmask_digest:
            raise BadInput("the quadmask of this order was changed", where=self.folder)
        return quadmask

    def plate(self) -> PlateRef:
        """The plate of the request as it is now."""
        facts = self.request.plate
        return probe_plate(Path(facts.path), rate=facts.rate if facts.is_sequence else None)

    def submitted(self, job: str) -> KeptOrder:
        """The same with its job, kept."""
        return self._kept(replace(self, job=job, failed=""))

    def without_hope(self, why: str) -> KeptOrder:
        """The same with the reason why there is no take, kept; a new attempt is a new job."""
        return self._kept(replace(self, job="", failed=why))

    def forget(self) -> None:
        """Remove it: the take is there, or nobody wants it."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def write(self) -> None:
        """Write what is known beside the request."""
        value = {
            "schema": _SCHEMA,
            "worker": self.worker,
            "origins": list(self.origins),
            "job": self.job,
            "failed": self.failed,
        }
        write_whole(self.folder / _ORDER, canonical_json(value))

    @staticmethod
    def _kept(order: KeptOrder) -> KeptOrder:
        order.write()
        return order


class KeptOrders:
    """The orders in a folder, one folder each, named by the request."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(
        self, request: RenderRequest, quadmask: Quadmask, worker: str, origins: tuple[str, ...]
    ) -> KeptOrder:
        """Keep an order; its folder appears whole."""
        whole = self.folder / request.id
        folder = self.folder / f".{request.id}.{os.getpid()}{_UNFINISHED}"
        folder.mkdir(parents=True)
        facts = request.plate
        timecode = facts.timecode_at(request.work_range.start)
        write_quadmask(folder / _QUADMASK, quadmask, rate=facts.rate, start_timecode=timecode)
        write_whole(folder / _REQUEST, request.encode())
        order = KeptOrder(folder, request, worker, origins)
        order.write()
        folder.rename(whole)
        return replace(order, folder=whole)

    def tidy(self) -> None:
        """Remove what studios that are gone had begun to keep."""
        for folder in self.folder.glob(f".*{_UNFINISHED}"):
            if f".{os.getpid()}." not in folder.name:
                shutil.rmtree(folder, ignore_errors=True)

    def all(self) -> tuple[tuple[KeptOrder, ...], tuple[str, ...]]:
        """Every order, oldest first, and a line for each that can not be read."""
        found: list[KeptOrder] = []
        problems: list[str] = []
        folders = sorted(self.folder.iterdir()) if self.folder.is_dir() else []
        for folder in (each for each in folders if is_id(each.name)):
            try:
                found.append(_read(folder))
            except (NotPresent, BadInput) as error:
                if folder.is_dir():
                    problems.append(error.line())
        return tuple(sorted(found, key=lambda order: order.request.requested_at)), tuple(problems)


def _read(folder: Path) -> KeptOrder:
    text = read_limited(folder / _ORDER, _LIMIT_BYTES)
    request = RenderRequest.decode(read_limited(folder / _REQUEST, _LIMIT_BYTES))
    try:
        value = json.loads(text)
        if value["schema"] != _SCHEMA or request.id != folder.name:
            raise ValueError("of another kind")
        texts = [str(value[key]) for key in ("worker", "job", "failed")]
        origins = tuple(str(line) for line in value["origins"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadInput(f"the order is malformed ({error})", where=folder) from error
    return KeptOrder(folder, request, texts[0], origins, job=texts[1], failed=texts[2])
