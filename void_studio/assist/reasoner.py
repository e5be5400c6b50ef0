"""Reasoners: what did the removed object touch? Frames go in, nouns and grid cells come out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from itertools import pairwise
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from void_studio.assist.grid import Cell, Grid, GridBox
from void_studio.core import FrameRange

__all__ = [
    "AffectedObject",
    "Answer",
    "Belonging",
    "Category",
    "FrameCells",
    "PathPoint",
    "Question",
    "QuestionFrame",
    "Reasoner",
    "ReasonerInfo",
    "ReasonerOptions",
    "Sending",
    "SentPicture",
    "answer_faults",
]


class Category(Enum):
    """How an object is affected: it moves or falls, or it is only an image of the removed one."""

    PHYSICAL = "physical"
    VISUAL_ARTIFACT = "visual artifact"


@dataclass(frozen=True, slots=True, eq=False)
class QuestionFrame:
    """A frame to look at: RGB uint8 (height, width, 3), and its remove matte, boolean."""

    frame: int
    rgb: npt.NDArray[np.uint8]
    remove: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """What a reasoner is asked; frames in plate numbering, inside `range`, ascending, one size.

    `grid` is laid over the whole frame. `instruction` is a person's own words, may be empty.
    """

    frames: tuple[QuestionFrame, ...]
    range: FrameRange
    grid: Grid
    instruction: str = ""


@dataclass(frozen=True, slots=True)
class Belonging:
    """A part or possession that goes with the removed object, and where it is in one frame."""

    noun: str
    frame: int
    box: GridBox


@dataclass(frozen=True, slots=True)
class PathPoint:
    """Where the middle of a moving object is: the cell of that frame."""

    frame: int
    cell: Cell


@dataclass(frozen=True, slots=True)
class FrameCells:
    """The cells that an object covers in a frame."""

    frame: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class AffectedObject:
    """Something that the removed object changed.

    `moves` tells that it will move once the object is gone; then `path` has where to, and `rows`
    and `columns` its size in cells. `cells` has what it covers as shot. Nothing of it counts
    before `first_frame`.
    """

    noun: str
    category: Category
    moves: bool
    first_frame: int
    rows: int
    columns: int
    path: tuple[PathPoint, ...]
    cells: tuple[FrameCells, ...]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reasoner found. All text is data from outside: it is shown, never obeyed.

    `scene` describes what remains after the removal. `clamped` counts numbers that were moved
    into the grid or range and entries that were left out. `text` is the answer as it came.
    """

    belongings: tuple[Belonging, ...]
    affected: tuple[AffectedObject, ...]
    scene: str
    clamped: int
    model: str
    text: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class SentPicture:
    """A picture as it would leave the machine."""

    frame: int
    jpeg: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sending:
    """Everything that would leave the machine for a question, and about what it costs.

    `tokens` is an estimate of the input; nothing is sent to find it out.
    """

    text: str
    pictures: tuple[SentPicture, ...]
    tokens: int

    @property
    def size_bytes(self) -> int:
        """Text and pictures, before the wire's own encoding."""
        return len(self.text.encode()) + sum(len(picture.jpeg) for picture in self.pictures)


@dataclass(frozen=True, slots=True)
class ReasonerInfo:
    """What a person should know before choosing one.

    `key_variables` are the environment variables that may hold its key, empty when it needs none;
    `sends` tells whether anything leaves the machine; `model` is the default.
    """

    id: str
    title: str
    model: str
    key_variables: tuple[str, ...]
    sends: bool


@dataclass(frozen=True, slots=True)
class ReasonerOptions:
    """How to ask. Empty `model` or `base_url` mean the reasoner's own.

    `key` is shown nowhere and written nowhere. `saved` is an answer's text for reasoners that
    replay one; `cache` a folder of earlier answers, by content. `timeout_s` bounds one attempt.
    """

    model: str = ""
    base_url: str = ""
    key: str = field(default="", repr=False)
    saved: Path | None = None
    cache: Path | None = None
    timeout_s: float = 120.0


class Reasoner(Protocol):
    """Answers questions. Used by one thread at a time; holds nothing between calls."""

    def info(self) -> ReasonerInfo:
        """What it is."""
        ...

    def sending(self, question: Question) -> Sending:
        """Exactly what `ask` would send for `question`; sends nothing."""
        ...

    def ask(
        self, question: Question, options: ReasonerOptions, *, cancelled: Callable[[], bool]
    ) -> Answer:
        """The answer, valid for the question's grid and range.

        Raises UsageError for options that do not fit, NotPresent without a key or library, Refused
        when the service declines, JobFailed when it can not be reached or answers too late or too
        much, BadInput when what it answers is malformed twice, Cancelled.
        """
        ...


def answer_faults(answer: Answer, question: Question) -> list[str]:
    """Where an answer does not keep to the grid, the range or the order of frames."""
    lost = [f"belonging {b.noun!r}" for b in answer.belongings if not _is_placed(b, question)]
    return lost + [f"affected {a.noun!r}" for a in answer.affected if not _is_sound(a, question)]


def _is_placed(belonging: Belonging, question: Question) -> bool:
    return belonging.frame in question.range and question.grid.holds(belonging.box)


def _is_sound(found: AffectedObject, question: Question) -> bool:
    on_path = [point.frame for point in found.path]
    with_cells = [cells.frame for cells in found.cells]
    places = [point.cell for point in found.path]
    places += [cell for cells in found.cells for cell in cells.cells]
    return (
        all(frame in question.range for frame in (found.first_frame, *on_path, *with_cells))
        and _ascending(on_path)
        and _ascending(with_cells)
        and all(question.grid.has(cell) for cell in places)
        and 1 <= found.rows <= question.grid.rows
        and 1 <= found.columns <= question.grid.columns
    )


def _ascending(frames: list[int]) -> bool:
    return all(first < second for first, second in pairwise(frames))
