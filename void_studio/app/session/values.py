"""What a session shows: frozen values for panels, strips and messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from fractions import Fraction
from pathlib import Path

from void_studio.core import FrameRange, StudioError, Timecode
from void_studio.engine import Exactness, ParamValue

__all__ = [
    "Cut",
    "FramingChoice",
    "Level",
    "Message",
    "OpenedKind",
    "Recent",
    "SaveState",
    "ShotRow",
    "ShotSettings",
    "TrackRow",
]


class Level(Enum):
    """How much a message matters."""

    INFO = "info"
    WARN = "warn"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Message:
    """What happened, where, and what to do; `details` are for copying, `at` is UTC."""

    level: Level
    what: str
    where: str = ""
    hint: str = ""
    details: str = ""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @classmethod
    def of(cls, error: StudioError, *, level: Level = Level.ERROR) -> Message:
        """The message of an error."""
        return cls(level, error.what, error.where, error.hint)

    def line(self) -> str:
        """All of it as one line."""
        return StudioError(self.what, where=self.where, hint=self.hint).line()


@dataclass(frozen=True, slots=True)
class ShotRow:
    """A shot of the cut as lists and strips show it.

    `record_range` counts from the start of the cut in frames of its rate. `source_range` and
    `work_range` are in the timeline's numbering of the media, the latter None while nobody knows
    which frames there are. `offline` says where the media should be, `refused` why the shot can
    not be rendered, `uses` is (i, n): the i-th of n uses of the plate, from 1. `stale` tells that
    the quadmask changed after the version that counts: the active one, else the newest.
    """

    id: str
    name: str
    sequence: str
    track: str
    record_range: FrameRange
    source_range: FrameRange
    work_range: FrameRange | None
    enabled: bool
    offline: str | None
    refused: str | None
    retime: str | None
    uses: tuple[int, int]
    versions: tuple[int, ...]
    active: int | None
    stale: bool
    has_quadmask: bool
    note: str


@dataclass(frozen=True, slots=True)
class TrackRow:
    """A track and its shots in order of the cut; `kind` is "video"."""

    name: str
    kind: str
    shots: tuple[ShotRow, ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """The timeline that is open; tracks top first. `range` counts from the start of the cut."""

    path: Path
    name: str
    rate: Fraction
    start_timecode: Timecode | None
    range: FrameRange
    tracks: tuple[TrackRow, ...]

    @property
    def shots(self) -> tuple[ShotRow, ...]:
        """Every shot, bottom track first, in order of the cut."""
        return tuple(shot for track in reversed(self.tracks) for shot in track.shots)


class OpenedKind(Enum):
    """What a person opened."""

    TIMELINE = "timeline"
    MOVIE = "movie"
    PROJECT = "project"
    FOLDER = "VOID folder"


@dataclass(frozen=True, slots=True)
class Recent:
    """Something that was opened before; `at` is UTC."""

    path: Path
    at: datetime
    kind: OpenedKind


@dataclass(frozen=True, slots=True)
class SaveState:
    """Edits on their way to the file, when the last one arrived, and what undo holds."""

    pending: int = 0
    saved_at: datetime | None = None
    history_steps: int = 0
    history_bytes: int = 0


class FramingChoice(Enum):
    """How the plate maps to the canvas; the values are those of `finish.FramingMode`."""

    AUTO = "auto"
    FULL = "full"
    CROP = "crop"


@dataclass(frozen=True, slots=True)
class ShotSettings:
    """How a shot is rendered; kept in the project for each shot.

    `params` are those that differ from the engine's defaults. `handles` are frames on each side,
    `feather` is in plate pixels. `worker` is a name or address as `render` takes it. `frame0_rule`
    asks that affected-only areas are left out of the first frame of an export. `earlier_prompts`
    are those that takes were rendered with, the newest first.
    """

    prompt: str = ""
    negative: str = ""
    engine: str = "draft"
    params: Mapping[str, ParamValue] = field(default_factory=dict)
    framing: FramingChoice = FramingChoice.AUTO
    handles: int = 8
    allow: Exactness = Exactness.EXACT
    frame0_rule: bool = True
    worker: str = "local"
    feather: float = 3.0
    grain: bool = True
    earlier_prompts: tuple[str, ...] = ()
