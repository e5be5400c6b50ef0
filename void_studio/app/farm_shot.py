"""What a bundle keeps of a shot, so that its result can be finished by any studio later."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from void_studio.app.kept_take import recorded_take
from void_studio.app.recorded import recorded_plate
from void_studio.app.render_shot import PublishOrder
from void_studio.core import BadInput, Timecode, canonical_json, read_limited, write_whole
from void_studio.engine import EngineInfo
from void_studio.quadmask import Quadmask, read_quadmask, write_quadmask
from void_studio.versions import RenderRequest

__all__ = ["FarmShot"]

_SCHEMA = "void_studio.farm_shot.1"
_LIMIT_BYTES = 1 << 24
_FACTS, _QUADMASK = "shot.json", "quadmask.mkv"


@dataclass(frozen=True, slots=True)
class FarmShot:
    """The folder of one shot in a bundle."""

    folder: Path

    def keep(self, order: PublishOrder) -> None:
        """Write what `order` needs, with its quadmask; the facts last."""
        request, engine = order.request, order.engine
        timecode = order.plate.start_timecode
        at: Timecode | None = timecode.at(request.work_range.start) if timecode else None
        quadmask = self.folder / _QUADMASK
        write_quadmask(quadmask, order.quadmask, rate=order.plate.rate, start_timecode=at)
        facts = {
            "schema": _SCHEMA,
            "request": request.value(),
            "title": engine.title,
            "licence": engine.licence,
            "weights_licence": engine.weights_licence,
            "matte_origins": list(order.matte_origins),
            "root": str(order.root),
        }
        write_whole(self.folder / _FACTS, canonical_json(facts))

    @property
    def request(self) -> RenderRequest:
        """What was asked for. Raises BadInput when it is malformed."""
        return _request_of(self._facts())

    def order(self, *, root: Path | None) -> PublishOrder:
        """All that is needed to publish, under `root` or where it was meant to go.

        Raises BadInput when plate, quadmask or the version that frames are copied from are not
        those of the request.
        """
        facts = self._facts()
        request = _request_of(facts)
        take = recorded_take(request)
        texts = {name: str(facts.get(name)) for name in ("title", "licence", "weights_licence")}
        engine = EngineInfo(
            request.job.engine,
            texts["title"],
            None,
            (),
            texts["licence"],
            texts["weights_licence"],
            False,
        )
        return PublishOrder(
            request,
            engine,
            recorded_plate(request.plate),
            self._quadmask(request),
            tuple(map(str, facts.get("matte_origins", ()))),
            root or Path(str(facts.get("root"))),
            take=take.version if take else None,
        )

    def _quadmask(self, request: RenderRequest) -> Quadmask:
        path = self.folder / _QUADMASK
        read = read_quadmask(path, extent=request.plate.extent).frames
        revision = request.quadmask_revision
        quadmask = Quadmask(request.work_range, read.extent, read.frames, revision)
        if quadmask.digest != request.quadmask_digest:
            raise BadInput("the quadmask is not the one of the request", where=path)
        return quadmask

    def _facts(self) -> Mapping[str, Any]:
        path = self.folder / _FACTS
        try:
            value = json.loads(read_limited(path, _LIMIT_BYTES))
            if value["schema"] != _SCHEMA or not isinstance(value["request"], dict):
                raise ValueError(f"schema {value['schema']!r}")
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise BadInput(f"this is no shot of a bundle ({error})", where=path) from error
        return dict(value)


def _request_of(facts: Mapping[str, Any]) -> RenderRequest:
    return RenderRequest.decode(canonical_json(facts["request"]))
