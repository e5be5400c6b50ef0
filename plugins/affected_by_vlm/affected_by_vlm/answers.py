"""A model's text as an answer: strict about its form, numbers clamped and counted."""

from __future__ import annotations

import json
import math
import unicodedata
from typing import Any

from void_studio.api import (
    AffectedObject,
    Answer,
    BadInput,
    Belonging,
    Category,
    Cell,
    FrameCells,
    GridBox,
    PathPoint,
    Question,
)

__all__ = ["LARGEST_ANSWER_BYTES", "parsed"]

LARGEST_ANSWER_BYTES = 1 << 20
_MOST_OBJECTS = 24
_LONGEST_NOUN = 120
_LONGEST_TEXT = 2_000


def parsed(text: str, question: Question, *, model: str) -> Answer:
    """The answer in `text`. Raises BadInput for anything that does not satisfy the schema.

    Cells and frames outside are left out, sizes and paths moved inside, text is cut and stripped
    of control characters; each such change is counted in `clamped`.
    """
    try:
        if len(text.encode()) > LARGEST_ANSWER_BYTES:
            raise ValueError(f"larger than {LARGEST_ANSWER_BYTES} bytes")
        value = json.loads(_unfenced(text), parse_constant=_refuse)
        reading = _Reading(question)
        belongings = reading.all(value["belongings"], reading.belonging)
        affected = reading.all(value["affected"], reading.affected)
        scene = reading.text(value["scene"], _LONGEST_TEXT)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise BadInput(f"the answer is not what was asked for ({_brief(error)})") from error
    return Answer(tuple(belongings), tuple(affected), scene, reading.clamped, model, text)


def _unfenced(text: str) -> str:
    """The text inside of one code fence, in which many models wrap JSON."""
    lines = text.strip().splitlines()
    if len(lines) > 2 and lines[0].startswith("```") and lines[-1] == "```":
        return "\n".join(lines[1:-1])
    return text


def _refuse(name: str) -> float:
    raise ValueError(f"{name} is not a number")


def _brief(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error)[:120]}"


class _Reading:
    """One pass over an answer; `clamped` counts what was changed or left out."""

    def __init__(self, question: Question) -> None:
        self._grid = question.grid
        self._frames = question.range
        self.clamped = 0

    def all(self, value: Any, read: Any) -> list[Any]:
        """Every entry that `read` makes something of, at most 24."""
        if not isinstance(value, list):
            raise TypeError("a list is missing")
        self.clamped += max(0, len(value) - _MOST_OBJECTS)
        return [item for item in map(read, value[:_MOST_OBJECTS]) if item is not None]

    def belonging(self, value: dict[str, Any]) -> Belonging | None:
        """None when it lies outside of the grid or the shot."""
        noun = self.text(value["noun"], _LONGEST_NOUN)
        frame = _whole(value["frame"])
        row, column, rows, columns = (
            _whole(value[name]) for name in ("row", "column", "rows", "columns")
        )
        if not noun or frame not in self._frames or not self._grid.has(Cell(row, column)):
            self.clamped += 1
            return None
        rows = self._within(rows, 1, self._grid.rows - row)
        columns = self._within(columns, 1, self._grid.columns - column)
        return Belonging(noun, frame, GridBox(row, column, rows, columns))

    def affected(self, value: dict[str, Any]) -> AffectedObject | None:
        """None when it has neither cells nor a path inside."""
        if not isinstance(value["moves"], bool):
            raise TypeError("moves is not true or false")
        found = AffectedObject(
            self.text(value["noun"], _LONGEST_NOUN),
            Category(value["category"]),
            value["moves"],
            self._within(_whole(value["first_frame"]), self._frames.start, self._frames.last),
            self._within(_whole(value["size"]["rows"]), 1, self._grid.rows),
            self._within(_whole(value["size"]["columns"]), 1, self._grid.columns),
            self._path(value["path"]),
            self._cells(value["cells"]),
            self.text(value["why"], _LONGEST_TEXT),
        )
        if not found.noun or not (found.cells or (found.moves and found.path)):
            self.clamped += 1
            return None
        return found

    def text(self, value: Any, longest: int) -> str:
        """Without control, format and unassigned characters, cut."""
        if not isinstance(value, str):
            raise TypeError("text is missing")
        kept = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in value)
        kept = " ".join(kept.split())
        self.clamped += len(kept) > longest
        return kept[:longest]

    def _path(self, value: Any) -> tuple[PathPoint, ...]:
        points: dict[int, PathPoint] = {}
        for item in _entries(value):
            frame = _whole(item["frame"])
            cell = Cell(
                self._within(_whole(item["row"]), 0, self._grid.rows - 1),
                self._within(_whole(item["column"]), 0, self._grid.columns - 1),
            )
            self._keep(points, frame, PathPoint(frame, cell))
        return tuple(points[frame] for frame in sorted(points))

    def _cells(self, value: Any) -> tuple[FrameCells, ...]:
        by_frame: dict[int, FrameCells] = {}
        for item in _entries(value):
            frame = _whole(item["frame"])
            listed = [Cell(_whole(c["row"]), _whole(c["column"])) for c in _entries(item["cells"])]
            inside = {cell for cell in listed if self._grid.has(cell)}
            self.clamped += len(listed) - len(inside)
            self._keep(by_frame, frame, FrameCells(frame, tuple(sorted(inside))))
        return tuple(by_frame[frame] for frame in sorted(by_frame))

    def _keep(self, kept: dict[int, Any], frame: int, item: Any) -> None:
        """Only frames of the shot, and one entry for each."""
        if frame in self._frames and frame not in kept:
            kept[frame] = item
        else:
            self.clamped += 1

    def _within(self, value: int, low: int, high: int) -> int:
        inside = min(max(value, low), high)
        self.clamped += inside != value
        return inside


def _entries(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("a list is missing")
    return value


def _whole(value: Any) -> int:
    """Whole numbers only; 3.0 counts as one."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{str(value)[:40]!r} is not a number")
    if isinstance(value, float) and not (math.isfinite(value) and value.is_integer()):
        raise ValueError(f"{value} is not a whole number")
    return int(value)
