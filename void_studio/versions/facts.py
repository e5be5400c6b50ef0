"""What a request keeps of the files it was made from."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from void_studio.core import (
    BadInput,
    Extent,
    FrameRange,
    NotPresent,
    Timecode,
    digest_bytes,
    format_rate,
)
from void_studio.media import (
    ColourTags,
    PlateRef,
    is_pattern,
    is_sequence,
    parse_pattern,
    sequence_frames,
)
from void_studio.versions.strict import Fields
from void_studio.versions.values import (
    extent_from,
    range_from,
    range_value,
    rate_from,
    tags_from,
    tags_value,
    timecode_from,
    timecode_value,
)

__all__ = ["Fingerprint", "PlateFacts", "fingerprint_of"]

_ENDS_BYTES = 1 << 20
_LARGEST_FILE = 1 << 53


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A cheap identity of a large file: `ends` is BLAKE3 of its first and its last MiB."""

    size_bytes: int
    modified_ns: int
    ends: str

    def same_content(self, other: Fingerprint) -> bool:
        """Whether size and ends agree; a copy elsewhere has another time."""
        return (self.size_bytes, self.ends) == (other.size_bytes, other.ends)


def fingerprint_of(path: Path) -> Fingerprint:
    """The fingerprint of a plate now. Raises NotPresent or BadInput when it can not be read.

    An image sequence has the size of all its files, the time of the latest one, and as `ends`
    BLAKE3 of those of its first and last file.
    """
    if not is_sequence(path):
        return _of_file(path)
    pattern = parse_pattern(path)
    frames = sequence_frames(pattern)
    try:
        states = [pattern.file(number).stat() for number in frames]
    except OSError as error:
        raise BadInput(f"can not be read: {error.strerror or error}", where=path) from error
    ends = [_of_file(pattern.file(number)).ends for number in (frames.start, frames.last)]
    return Fingerprint(
        sum(state.st_size for state in states),
        max(state.st_mtime_ns for state in states),
        digest_bytes("".join(ends).encode()),
    )


def _of_file(path: Path) -> Fingerprint:
    try:
        status = path.stat()
        with path.open("rb") as file:
            head = file.read(_ENDS_BYTES)
            file.seek(max(0, status.st_size - _ENDS_BYTES))
            tail = file.read(_ENDS_BYTES)
    except FileNotFoundError:
        raise NotPresent("no such file", where=path, hint="relink the plate") from None
    except OSError as error:
        raise BadInput(f"can not be read: {error.strerror or error}", where=path) from error
    return Fingerprint(status.st_size, status.st_mtime_ns, digest_bytes(head + tail))


@dataclass(frozen=True, slots=True)
class PlateFacts:
    """The plate as it was when the request was made; ranges in its own numbering."""

    path: str
    fingerprint: Fingerprint
    rate: Fraction
    extent: Extent
    pixel_format: str
    colour: ColourTags
    start_timecode: Timecode | None
    available_range: FrameRange

    @classmethod
    def of(cls, ref: PlateRef) -> PlateFacts:
        """The facts of a plate that is on disk."""
        return cls(
            str(ref.location),
            fingerprint_of(ref.location),
            ref.rate,
            ref.extent,
            ref.layout.pixel_format,
            ref.colour,
            ref.start_timecode,
            ref.available_range,
        )

    @property
    def is_sequence(self) -> bool:
        """Whether `path` is the pattern of an image sequence."""
        return is_pattern(Path(self.path))

    def timecode_at(self, frame: int) -> Timecode | None:
        """The timecode of a frame in the plate's numbering; None when the plate has none."""
        start = self.start_timecode
        return start and start.at(start.frames + frame - self.available_range.start)

    def value(self) -> dict[str, Any]:
        """As JSON; `read` reads it."""
        taken = self.fingerprint
        return {
            "path": self.path,
            "fingerprint": {
                "size_bytes": taken.size_bytes,
                "modified_ns": taken.modified_ns,
                "ends": taken.ends,
            },
            "rate": format_rate(self.rate),
            "extent": [self.extent.width, self.extent.height],
            "pixel_format": self.pixel_format,
            "colour": tags_value(self.colour),
            "start_timecode": timecode_value(self.start_timecode),
            "available_range": range_value(self.available_range),
        }

    @classmethod
    def read(cls, fields: Fields) -> PlateFacts:
        """What `value` wrote."""
        facts = cls(
            fields.text("path"),
            _fingerprint_from(fields.part("fingerprint")),
            rate_from(fields, "rate"),
            extent_from(fields, "extent"),
            fields.text("pixel_format"),
            tags_from(fields, "colour"),
            timecode_from(fields, "start_timecode"),
            range_from(fields, "available_range"),
        )
        fields.done()
        return facts


def _fingerprint_from(fields: Fields) -> Fingerprint:
    fingerprint = Fingerprint(
        fields.whole("size_bytes", 0, _LARGEST_FILE),
        fields.whole("modified_ns", -(1 << 63), 1 << 63),
        fields.digest("ends"),
    )
    fields.done()
    return fingerprint
