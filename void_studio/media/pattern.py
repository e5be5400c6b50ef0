"""Image sequences by name: one spelling for all the ways in which people name one."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from void_studio.core import BadInput, FrameRange, NotPresent

__all__ = ["SequencePattern", "is_pattern", "is_sequence", "parse_pattern", "sequence_frames"]

_KINDS = (".exr", ".dpx", ".tif", ".tiff", ".png")
_NO_MOVIES = (".exr", ".dpx", ".tif", ".tiff")
_LOSSY = (".jpg", ".jpeg")
_DIGITS = 9
_NAMED_GAPS = 5
_MOST_FILES = 1_000_000
_HASHES = re.compile(r"(?P<prefix>[^#]*)(?P<hashes>#{1,9})(?P<suffix>[^#]*)")
_PRINTF = re.compile(r"(?P<prefix>[^%]*)%(?:0(?P<padding>[1-9]))?d(?![A-Za-z])(?P<suffix>[^%]*)")
_RANGE = re.compile(
    r"(?P<prefix>.*)\[(?P<first>\d{1,9})-(?P<last>\d{1,9})\](?P<suffix>[^\[\]]*)", re.DOTALL
)
_FILE = re.compile(r"(?P<prefix>.*?)(?P<number>\d{1,9})(?P<suffix>\.[^.]+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class SequencePattern:
    """Files `{prefix}{number}{suffix}` in `folder`, numbers of at least `padding` digits.

    `only` limits the sequence to some of the files that are there, None takes all.
    """

    folder: Path
    prefix: str
    padding: int
    suffix: str
    only: FrameRange | None = None

    @property
    def path(self) -> Path:
        """The one spelling: `plate.####.exr`, or `plate.[1001-1100].exr` when it is limited."""
        number = "#" * self.padding
        if self.only is not None:
            ends = (self.only.start, self.only.last)
            number = "[{}-{}]".format(*(f"{end:0{self.padding}d}" for end in ends))
        return self.folder / f"{self.prefix}{number}{self.suffix}"

    @property
    def kind(self) -> str:
        """The suffix of its files in small letters: `.exr`."""
        return Path(f"x{self.suffix}").suffix.lower()

    def file(self, number: int) -> Path:
        """Where frame `number` is."""
        return self.folder / f"{self.prefix}{number:0{self.padding}d}{self.suffix}"

    def number_of(self, name: str) -> int | None:
        """The frame that a file of this name holds; None when it is no part of the sequence."""
        if not (name.startswith(self.prefix) and name.endswith(self.suffix)):
            return None
        digits = name[len(self.prefix) : len(name) - len(self.suffix)]
        if not (digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS):
            return None
        if len(digits) < self.padding or (len(digits) > self.padding and digits[0] == "0"):
            return None
        number = int(digits)
        return number if self.only is None or number in self.only else None


def is_pattern(path: Path) -> bool:
    """Whether `path` is spelt as a pattern: `plate.####.exr`, with `%04d`, or with a range."""
    return _kind_of(path.name) is not None and any(
        form.fullmatch(path.name) for form in (_HASHES, _PRINTF, _RANGE)
    )


def is_sequence(path: Path) -> bool:
    """Whether `path` names an image sequence: a pattern, a folder, or one of its files.

    EXR, DPX and TIFF files are never movies, numbered or not.
    """
    kind = _kind_of(path.name)
    if kind is None:
        return path.is_dir()
    if is_pattern(path):
        return True
    is_numbered = _FILE.fullmatch(path.name) is not None
    return (is_numbered or kind in _NO_MOVIES) and path.is_file()


def parse_pattern(path: Path) -> SequencePattern:
    """Read `plate.####.exr`, `plate.%04d.exr`, `plate.[1001-1100].exr`, a folder or a first file.

    Raises NotPresent when there is nothing at a folder's or a file's place, BadInput for a folder
    that holds no sequence or several, and for files that can not be a plate.
    """
    kind = _kind_of(path.name)
    if kind in _LOSSY:
        raise BadInput(
            "JPEG files can not be written back without loss",
            where=path,
            hint="convert the sequence to PNG, TIFF, DPX or EXR",
        )
    if kind is None:
        return _in_folder(path)
    if (pattern := _spelt(path)) is not None:
        return pattern
    if not path.is_file():
        raise NotPresent("no such file", where=path, hint="check the path")
    if (match := _FILE.fullmatch(path.name)) is None:
        raise BadInput("has no frame number in its name", where=path, hint="name it plate.####.exr")
    return SequencePattern(path.parent, match["prefix"], len(match["number"]), match["suffix"])


def sequence_frames(pattern: SequencePattern) -> FrameRange:
    """The numbers of the files that are there, without a gap.

    Raises NotPresent when there is none, BadInput that names the missing ones of a broken run.
    """
    numbers = sorted(
        number for name in _names(pattern.folder) if (number := pattern.number_of(name)) is not None
    )
    if not numbers:
        raise NotPresent(
            "no file of this sequence is there",
            where=pattern.path,
            hint="check the path and how many digits its numbers have",
        )
    found = FrameRange.of(numbers[0], numbers[-1])
    wanted = pattern.only or found
    gaps = _gaps([wanted.start - 1, *numbers, wanted.stop])
    if gaps:
        raise _broken(pattern, gaps)
    return found


def _gaps(numbers: list[int]) -> list[FrameRange]:
    return [
        FrameRange(before + 1, after - before - 1)
        for before, after in pairwise(numbers)
        if after - before > 1
    ]


def _broken(pattern: SequencePattern, gaps: list[FrameRange]) -> BadInput:
    named = ", ".join(
        str(gap.start) if gap.duration == 1 else str(gap) for gap in gaps[:_NAMED_GAPS]
    )
    more = f" and {len(gaps) - _NAMED_GAPS} gaps more" if len(gaps) > _NAMED_GAPS else ""
    missing = sum(gap.duration for gap in gaps)
    part = replace(pattern, only=FrameRange.of(1001, 1100)).path.name
    return BadInput(
        f"{missing} frames of the sequence are missing: {named}{more}",
        where=pattern.path,
        hint=f"put the files there, or name a part without gaps, as in {part}",
    )


def _kind_of(name: str) -> str | None:
    kind = Path(name).suffix.lower()
    return kind if kind in _KINDS + _LOSSY else None


def _spelt(path: Path) -> SequencePattern | None:
    """The pattern in a name, None when it is the name of one file."""
    if match := _HASHES.fullmatch(path.name):
        return SequencePattern(path.parent, match["prefix"], len(match["hashes"]), match["suffix"])
    if match := _PRINTF.fullmatch(path.name):
        padding = int(match["padding"] or 1)
        return SequencePattern(path.parent, match["prefix"], padding, match["suffix"])
    if match := _RANGE.fullmatch(path.name):
        first, last = int(match["first"]), int(match["last"])
        if last < first:
            raise BadInput(f"the range {first}-{last} is upside down", where=path)
        only = FrameRange.of(first, last)
        return SequencePattern(
            path.parent, match["prefix"], len(match["first"]), match["suffix"], only
        )
    return None


def _in_folder(folder: Path) -> SequencePattern:
    lengths: dict[tuple[str, str], list[int]] = defaultdict(list)
    for name in _names(folder):
        match = _FILE.fullmatch(name)
        if match and not name.startswith(".") and _kind_of(name) in _KINDS:
            lengths[match["prefix"], match["suffix"]].append(len(match["number"]))
    found = [
        SequencePattern(folder, prefix, min(digits), suffix)
        for (prefix, suffix), digits in sorted(lengths.items())
    ]
    if len(found) != 1:
        names = ", ".join(pattern.path.name for pattern in found[:_NAMED_GAPS])
        raise BadInput(
            f"this folder holds {len(found)} image sequences" + (f": {names}" if names else ""),
            where=folder,
            hint="name one, as in plate.####.exr",
        )
    return found[0]


def _names(folder: Path) -> Iterable[str]:
    try:
        names = [entry.name for entry in folder.iterdir()]
    except (FileNotFoundError, NotADirectoryError):
        raise NotPresent("no such folder", where=folder, hint="check the path") from None
    except OSError as error:
        raise BadInput(f"can not be read: {error.strerror or error}", where=folder) from error
    if len(names) > _MOST_FILES:
        raise BadInput(f"holds more than {_MOST_FILES} files", where=folder)
    return names
