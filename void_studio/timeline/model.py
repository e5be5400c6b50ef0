"""What a timeline is to us: shots with ranges in whole frames, and where they stand in the text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

from void_studio.core import FrameRange, Timecode
from void_studio.timeline.times import Stretch

__all__ = ["MediaKind", "MediaTarget", "MediaVersion", "Shot", "Timeline", "TrackRef"]


class MediaKind(Enum):
    """What a clip's active media reference points at."""

    MOVIE = "movie"
    SEQUENCE = "sequence"
    STILL = "still"
    GENERATOR = "generator"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class MediaTarget:
    """The media reference that a clip plays; where that is one of our versions, the plate's.

    `url` is spelt as in the file; `path` is where it points on this machine after `--media-root`,
    None when it can not be a local file. `available_range` is in frames of `rate` in media
    timecode space, None when the file does not say. `offline` tells that nothing is at `path`.
    """

    kind: MediaKind
    url: str
    path: Path | None
    available_range: FrameRange | None
    rate: Fraction
    offline: bool


@dataclass(frozen=True, slots=True)
class TrackRef:
    """A video track: 0 is the bottom one of its stack; name as written."""

    index: int
    name: str


@dataclass(frozen=True, slots=True)
class Shot:
    """One use of a plate in the cut.

    `id` is stable across re-import and edits elsewhere. `record_range` is in frames of `rate` from
    the start of the cut (add `Timeline.global_start` for record timecode). `source_range` is the
    media interval that the item consumes, in frames of the *media's* rate in media timecode space.
    `source_range` counts in what transitions show beyond the cut (`beside_transition`), the frames
    that a speed change mixes in, and every use of a compound clip that the shot is in.
    `retime` is a person's description such as "50 %" or None. `refusal` says why the shot can not
    be rendered, None when it can. `span` is the clip object's place in `Timeline.text`.
    `compound` names the compound clip that it is in; where that compound is used more than once,
    `uses` are the ids of the same clip in all of them, this one among them. `trimmed` is the source
    range that plays what the cut shows of it, None where no range does.
    """

    id: str
    name: str
    sequence: str
    track: TrackRef
    rate: Fraction
    record_range: FrameRange
    source_range: FrameRange
    media: MediaTarget
    enabled: bool
    retime: str | None
    refusal: str | None
    span: tuple[int, int]
    beside_transition: bool = False
    compound: str | None = None
    uses: tuple[str, ...] = ()
    trimmed: Stretch | None = None

    @property
    def other_uses(self) -> tuple[str, ...]:
        """The ids of the same clip where its compound is used again."""
        return tuple(use for use in self.uses if use != self.id)


@dataclass(frozen=True, slots=True)
class MediaVersion:
    """A published version as the cut has to know it; ranges in frames of `rate`.

    `path` is a plain absolute path; the splice
    writes it in the form that the timeline uses. `key` is the reference's key, `void_v001`.
    `available_range` is in the plate's numbering; `source_range` is the shot's source range in
    that same numbering (`source_in_plate`), None where the timeline numbers the plate alike.
    """

    key: str
    name: str
    path: Path
    available_range: FrameRange
    rate: Fraction
    start_timecode: Timecode | None
    note: Mapping[str, str] = field(default_factory=dict)
    source_range: FrameRange | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """A timeline as read: shots, and the file's own bytes, kept for the splice.

    `global_start` is the record timecode of the first frame. `sha256` is that of the file when it
    was read, of a bundle that of the cut inside it. `warnings` are for people: lowered schemas,
    dropped unknown objects, title clips that Resolve refuses to re-import. `converted` tells that
    `text` was made of another format, so that a splice goes into a new file; `media_hint` is what
    to do about offline media, empty for the usual advice.
    """

    name: str
    path: Path
    rate: Fraction
    global_start: Timecode | None
    shots: tuple[Shot, ...]
    text: bytes = field(repr=False)
    sha256: str
    warnings: tuple[str, ...] = ()
    converted: bool = False
    media_hint: str = ""

    @property
    def text_sha256(self) -> str:
        """That of `text`: the file's own unless it was converted."""
        return sha256(self.text).hexdigest() if self.converted else self.sha256

    def shot(self, shot_id: str) -> Shot:
        """The shot with this id. Raises UsageError that lists the ids there are."""
        from void_studio.core import UsageError

        for shot in self.shots:
            if shot.id == shot_id:
                return shot
        known = ", ".join(shot.id for shot in self.shots[:20]) or "none"
        raise UsageError(f"no shot {shot_id!r}", where=self.path, hint=f"its shots are: {known}")
