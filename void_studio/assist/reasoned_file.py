"""A reasoner's answer as a file of proposals: JSON that a person may edit, read as hostile."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from void_studio.assist.grid import Cell, Grid, GridBox
from void_studio.assist.reasoner import (
    AffectedObject,
    Answer,
    Belonging,
    Category,
    FrameCells,
    PathPoint,
    Question,
    answer_faults,
)
from void_studio.core import BadInput, Extent, FrameRange

__all__ = ["LARGEST_PROPOSALS_BYTES", "ReasonedProposals", "decode_reasoned", "encode_reasoned"]

LARGEST_PROPOSALS_BYTES = 4 << 20
_SCHEMA = 1
_MOST_OBJECTS = 64
_MOST_ENTRIES = 20_000
_LONGEST_TEXT = 4_000
_LARGEST_SIDE = 1 << 16


@dataclass(frozen=True, slots=True)
class ReasonedProposals:
    """An answer about one shot; `range` in plate numbering, `extent` the plate's.

    The proposals are named in order: a1, a2 ... for affected objects, b1 ... for belongings.
    """

    shot: str
    range: FrameRange
    extent: Extent
    grid: Grid
    answer: Answer

    def affected(self) -> dict[str, AffectedObject]:
        """Affected objects by name."""
        return {f"a{number}": item for number, item in enumerate(self.answer.affected, 1)}

    def belongings(self) -> dict[str, Belonging]:
        """Belongings by name."""
        return {f"b{number}": item for number, item in enumerate(self.answer.belongings, 1)}


def encode_reasoned(proposals: ReasonedProposals) -> bytes:
    """The file's bytes; the answer's own text is left out."""
    answer = proposals.answer
    value = {
        "schema": _SCHEMA,
        "shot": proposals.shot,
        "range": [proposals.range.start, proposals.range.duration],
        "extent": [proposals.extent.width, proposals.extent.height],
        "grid": [proposals.grid.rows, proposals.grid.columns],
        "model": answer.model,
        "scene": answer.scene,
        "clamped": answer.clamped,
        "affected": [{"id": name, **_affected(a)} for name, a in proposals.affected().items()],
        "belongings": [{"id": name, **_belonging(b)} for name, b in proposals.belongings().items()],
    }
    return json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False).encode()


def decode_reasoned(data: bytes) -> ReasonedProposals:
    """The proposals in a file. Raises BadInput for anything that `encode_reasoned` can not write.

    Ids must be a1, a2 ... and b1, b2 ... in order.
    """
    try:
        value = json.loads(data)
        if value["schema"] != _SCHEMA:
            raise ValueError(f"schema {value['schema']!r}, expected {_SCHEMA}")
        proposals = _proposals(value)
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise BadInput(f"these are not a reasoner's proposals ({error!r})") from error
    question = Question((), proposals.range, proposals.grid)
    faults = answer_faults(proposals.answer, question)
    if faults:
        raise BadInput(f"{', '.join(faults[:5])} breaks the grid, the range or the order")
    return proposals


def _proposals(value: dict[str, Any]) -> ReasonedProposals:
    grid = Grid(*(_whole(item, 1, 1000) for item in _pair(value["grid"])))
    start, duration = _pair(value["range"])
    frames = FrameRange(_whole(start, -(1 << 40), 1 << 40), _whole(duration, 1, 1_000_000))
    width, height = (_whole(item, 1, _LARGEST_SIDE) for item in _pair(value["extent"]))
    answer = Answer(
        tuple(_read_belonging(item) for item in _named(value["belongings"], "b")),
        tuple(_read_affected(item) for item in _named(value["affected"], "a")),
        _text(value["scene"]),
        _whole(value["clamped"], 0, 1 << 40),
        _text(value["model"]),
    )
    return ReasonedProposals(_text(value["shot"]), frames, Extent(width, height), grid, answer)


def _affected(found: AffectedObject) -> dict[str, Any]:
    return {
        "noun": found.noun,
        "category": found.category.value,
        "moves": found.moves,
        "first_frame": found.first_frame,
        "size": [found.rows, found.columns],
        "path": [[point.frame, point.cell.row, point.cell.column] for point in found.path],
        "cells": [
            [cells.frame, [[cell.row, cell.column] for cell in cells.cells]]
            for cells in found.cells
        ],
        "why": found.why,
    }


def _belonging(belonging: Belonging) -> dict[str, Any]:
    box = belonging.box
    return {
        "noun": belonging.noun,
        "frame": belonging.frame,
        "box": [box.row, box.column, box.rows, box.columns],
    }


def _read_affected(item: dict[str, Any]) -> AffectedObject:
    rows, columns = _pair(item["size"])
    if not isinstance(item["moves"], bool):
        raise TypeError("moves is not true or false")
    return AffectedObject(
        _text(item["noun"]),
        Category(item["category"]),
        item["moves"],
        _frame(item["first_frame"]),
        _whole(rows, 1, 1000),
        _whole(columns, 1, 1000),
        tuple(PathPoint(_frame(frame), _cell(cell)) for frame, *cell in _list(item["path"])),
        tuple(
            FrameCells(_frame(frame), tuple(_cell(cell) for cell in _list(cells)))
            for frame, cells in _list(item["cells"])
        ),
        _text(item["why"]),
    )


def _read_belonging(item: dict[str, Any]) -> Belonging:
    row, column, rows, columns = (_whole(number, 0, 1000) for number in _list(item["box"]))
    return Belonging(
        _text(item["noun"]), _frame(item["frame"]), GridBox(row, column, rows, columns)
    )


def _named(value: Any, letter: str) -> list[dict[str, Any]]:
    items = _list(value)
    if len(items) > _MOST_OBJECTS:
        raise ValueError(f"more than {_MOST_OBJECTS} entries")
    if [item["id"] for item in items] != [f"{letter}{n}" for n in range(1, len(items) + 1)]:
        raise ValueError(f"ids are not {letter}1, {letter}2 ... in order")
    return items


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list) or len(value) > _MOST_ENTRIES:
        raise TypeError("a list is missing or too long")
    return value


def _pair(value: Any) -> tuple[Any, Any]:
    first, second = _list(value)
    return first, second


def _cell(value: Any) -> Cell:
    row, column = _pair(value)
    return Cell(_whole(row, 0, 1000), _whole(column, 0, 1000))


def _frame(value: Any) -> int:
    return _whole(value, -(1 << 41), 1 << 41)


def _whole(value: Any, low: int, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ValueError(f"{str(value)[:40]} is not a whole number from {low} to {high}")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT:
        raise ValueError("text is missing or too long")
    return value
