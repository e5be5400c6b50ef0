"""A render request: all that is needed to render a take again and to finish a fetched result."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from void_studio.core import BadInput, FrameRange, canonical_json, digest_json, is_id
from void_studio.finish import Framing
from void_studio.jobs import JobSpec
from void_studio.versions.facts import PlateFacts
from void_studio.versions.range_of_take import RangeOfTake
from void_studio.versions.strict import Fields, parse_object
from void_studio.versions.values import (
    framing_from,
    framing_value,
    job_from,
    job_value,
    range_from,
    range_value,
)

__all__ = ["RenderRequest", "ShotFacts", "TimelineFacts"]

_SCHEMA = "void_studio.request.1"
_RANGE = "range_of_take"
_WIDEST_FEATHER = 1000.0
_LARGEST_SEED = (1 << 53) - 1


@dataclass(frozen=True, slots=True)
class TimelineFacts:
    """The person's timeline: where it was and the SHA-256 of its bytes."""

    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ShotFacts:
    """Which shot, and the names that its files are called by."""

    id: str
    name: str
    sequence: str


@dataclass(frozen=True, slots=True)
class RenderRequest:
    """What a person asked for.

    `requested_at` is UTC. Ranges are in the plate's numbering. `quadmask_digest` is that of the
    quadmask over the work range. `feather` is in plate pixels. `grain_seed` is None when no grain
    is to be added. `deliveries` names the kinds to be written beside the master.
    `range_of_take` is None where the whole work range is rendered.
    """

    id: str
    requested_at: datetime
    timeline: TimelineFacts
    shot: ShotFacts
    plate: PlateFacts
    source_range: FrameRange
    work_range: FrameRange
    quadmask_digest: str
    quadmask_revision: int
    framing: Framing
    feather: float
    grain_seed: int | None
    deliveries: tuple[str, ...]
    job: JobSpec
    range_of_take: RangeOfTake | None = None

    @property
    def clip_range(self) -> FrameRange:
        """The frames that the engine is given."""
        return self.range_of_take.clip if self.range_of_take else self.work_range

    @property
    def digest(self) -> str:
        """BLAKE3 of the canonical JSON."""
        return digest_json(self.value())

    def encode(self) -> bytes:
        """Canonical JSON."""
        return canonical_json(self.value())

    @classmethod
    def decode(cls, data: bytes) -> RenderRequest:
        """Read what `encode` wrote. Raises BadInput for anything else."""
        return cls.read(parse_object(data, "request", _SCHEMA))

    def value(self) -> dict[str, Any]:
        """As JSON; `read` reads it."""
        part = self.range_of_take
        return {
            **({} if part is None else {"range_of_take": part.value()}),
            "schema": _SCHEMA,
            "id": self.id,
            "requested_at": self.requested_at.isoformat(),
            "timeline": {"path": self.timeline.path, "sha256": self.timeline.sha256},
            "shot": {"id": self.shot.id, "name": self.shot.name, "sequence": self.shot.sequence},
            "plate": self.plate.value(),
            "source_range": range_value(self.source_range),
            "work_range": range_value(self.work_range),
            "quadmask_digest": self.quadmask_digest,
            "quadmask_revision": self.quadmask_revision,
            "framing": framing_value(self.framing),
            "feather": self.feather,
            "grain_seed": self.grain_seed,
            "deliveries": list(self.deliveries),
            "job": job_value(self.job),
        }

    @classmethod
    def read(cls, fields: Fields) -> RenderRequest:
        """What `value` wrote, its schema included."""
        if fields.text("schema") != _SCHEMA:
            raise BadInput(f"request is not of schema {_SCHEMA}")
        request = cls(
            _id_from(fields),
            _utc_from(fields),
            _timeline_from(fields.part("timeline")),
            _shot_from(fields.part("shot")),
            PlateFacts.read(fields.part("plate")),
            range_from(fields, "source_range"),
            range_from(fields, "work_range"),
            fields.digest("quadmask_digest"),
            fields.whole("quadmask_revision", 0),
            framing_from(fields, "framing"),
            fields.number("feather", 0, _WIDEST_FEATHER),
            fields.optional("grain_seed", lambda key: fields.whole(key, 0, _LARGEST_SEED)),
            fields.texts("deliveries"),
            job_from(fields, "job"),
            RangeOfTake.read(fields.part(_RANGE)) if _RANGE in fields.names() else None,
        )
        fields.done()
        return request


def _id_from(fields: Fields) -> str:
    text = fields.text("id")
    if not is_id(text):
        raise BadInput("request.id is not an identifier")
    return text


def _utc_from(fields: Fields) -> datetime:
    text = fields.text("requested_at")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput("request.requested_at is not a time") from None
    if moment.utcoffset() != timedelta(0):
        raise BadInput("request.requested_at is not in UTC")
    return moment.astimezone(UTC)


def _timeline_from(fields: Fields) -> TimelineFacts:
    timeline = TimelineFacts(fields.text("path"), fields.digest("sha256"))
    fields.done()
    return timeline


def _shot_from(fields: Fields) -> ShotFacts:
    shot = ShotFacts(fields.text("id"), fields.text("name"), fields.text("sequence"))
    fields.done()
    return shot
