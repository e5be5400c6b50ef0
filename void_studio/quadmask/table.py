"""Reading the table of an encoded document, every value of which may be hostile."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from void_studio.core import BadInput, Extent, FrameRange, Rect
from void_studio.media import MAX_CLIP_FRAMES
from void_studio.quadmask.bits import check_bits
from void_studio.quadmask.document import QuadmaskDocument
from void_studio.quadmask.history import Change, ChangeKind, Edit, Heads, History, PaintAtom
from void_studio.quadmask.layer import LayerHead, MatteLayer, Role
from void_studio.quadmask.origin import Origin
from void_studio.quadmask.prompts import BoxPrompt, LayerPrompt, PointPrompt
from void_studio.quadmask.rasters import PaintedFrame
from void_studio.quadmask.shapes import KeyedPolygon
from void_studio.quadmask.stored import stored_blobs

__all__ = ["CHANGE_SCHEMA", "FIRST_SCHEMA", "SCHEMA", "read_change_table", "read_table"]

FIRST_SCHEMA = "void_studio.quadmask_document.1"
SCHEMA = "void_studio.quadmask_document.2"
CHANGE_SCHEMA = "void_studio.quadmask_change.1"
_MAX_SIDE = 16_384
_MAX_LAYERS = 1_000
_MAX_EDITS = 1_000_000
_MAX_TEXT = 1_000
_MAX_PROMPTS = 100_000
_MAX_INT = 1 << 48
_MAX_BYTES = 1 << 31


def read_table(table: bytes, body: bytes) -> QuadmaskDocument:
    """The document of a table and its blobs. Raises BadInput for anything that does not fit."""
    with _told():
        value = json.loads(table)
        frames, extent = _range(value["range"]), _extent(value["extent"])
        reading = _Reading(value, body, frames, extent, (FIRST_SCHEMA, SCHEMA))
        return reading.document()


def read_change_table(table: bytes, body: bytes, frames: FrameRange, extent: Extent) -> Change:
    """A change of a document of this range and size. Raises BadInput as `read_table`."""
    with _told():
        return _Reading(json.loads(table), body, frames, extent, (CHANGE_SCHEMA,)).change()


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (KeyError, TypeError, ValueError, IndexError, OverflowError, RecursionError) as error:
        raise BadInput(f"a quadmask document is malformed ({error!r})") from error


def _int(value: Any, low: int, high: int) -> int:
    if type(value) is not int or not low <= value <= high:
        raise ValueError(f"{value!r} is not a whole number from {low} to {high}")
    return value


def _number(value: Any) -> float:
    if type(value) not in (int, float) or not math.isfinite(value):
        raise ValueError(f"{value!r} is not a number")
    return float(value)


def _text(value: Any) -> str:
    if type(value) is not str or len(value) > _MAX_TEXT:
        raise ValueError(f"{value!r:.60} is not a short text")
    return value


def _bool(value: Any) -> bool:
    if type(value) is not bool:
        raise ValueError(f"{value!r} is neither true nor false")
    return value


def _list(value: Any, longest: int) -> list[Any]:
    if type(value) is not list or len(value) > longest:
        raise ValueError(f"a list of at most {longest} is missing")
    return value


class _Reading:
    """One table while it is read: what its parts refer to."""

    def __init__(
        self,
        table: Any,
        body: bytes,
        frames: FrameRange,
        extent: Extent,
        schemas: tuple[str, ...],
    ) -> None:
        if type(table) is not dict or table["schema"] not in schemas:
            raise ValueError("another schema")
        self._table = table
        self._range = frames
        self._extent = extent
        self._is_first = table["schema"] == FIRST_SCHEMA
        lengths = [_int(length, 0, _MAX_BYTES) for length in _list(table["blobs"], 2 * _MAX_EDITS)]
        self._blobs = stored_blobs(lengths, table["digest"], body, one_by_one=self._is_first)
        self._all_heads = [self._head(head) for head in _list(table["heads"], _MAX_EDITS)]

    def change(self) -> Change:
        """The one change of a change's table."""
        table = self._table
        edit = None if table["edit"] is None else self._edit(table["edit"])
        return Change(ChangeKind(table["kind"]), _int(table["revision"], 1, _MAX_INT), edit)

    def document(self) -> QuadmaskDocument:
        """The whole document."""
        table = self._table
        document = QuadmaskDocument(
            _text(table["shot"]),
            self._range,
            self._extent,
            _int(table["history_limit_bytes"], 0, _MAX_BYTES),
            revision=_int(table["revision"], 0, _MAX_INT),
        )
        layers = [self._layer(layer) for layer in _list(table["layers"], _MAX_LAYERS)]
        _check_ids([layer.head for layer in layers])
        history = History(
            document.history_limit_bytes, done=self._edits("done"), undone=self._edits("undone")
        )
        document.restore(layers, history)
        return document

    def _frame(self, value: Any) -> int:
        return _int(value, self._range.start, self._range.last)

    def _blob(self, index: Any, extent: Extent) -> bytes:
        blob = self._blobs[_int(index, 0, len(self._blobs) - 1)]
        check_bits(blob, extent)
        return blob

    def _head(self, value: Any) -> LayerHead:
        red, green, blue = (_int(part, 0, 255) for part in _list(value["colour"], 3))
        feather = _number(value["feather"])
        if feather < 0:
            raise ValueError("a feather below 0")
        locked = _list(value["locked"], MAX_CLIP_FRAMES)
        shapes = _list(value["shapes"], _MAX_LAYERS)
        return LayerHead(
            _text(value["id"]),
            _text(value["name"]),
            Role(value["role"]),
            (red, green, blue),
            _bool(value["visible"]),
            feather,
            frozenset(self._frame(frame) for frame in locked),
            tuple(_polygon(shape) for shape in shapes),
            () if self._is_first else self._prompts(value["prompts"]),
        )

    def _prompts(self, value: Any) -> tuple[LayerPrompt, ...]:
        return tuple(self._prompt(prompt) for prompt in _list(value, _MAX_PROMPTS))

    def _prompt(self, value: Any) -> LayerPrompt:
        kind, frame, *rest = _list(value, 6)
        if kind == "point":
            x, y, positive = rest
            return PointPrompt(self._frame(frame), _number(x), _number(y), _bool(positive))
        if kind != "box":
            raise ValueError(f"{kind!r} is not a prompt")
        left, top, right, bottom = (_number(edge) for edge in rest)
        return BoxPrompt(self._frame(frame), left, top, right, bottom)

    def _layer(self, value: Any) -> MatteLayer:
        head = self._all_heads[_int(value["head"], 0, len(self._all_heads) - 1)]
        frames = {
            self._frame(frame): PaintedFrame(self._blob(index, self._extent), *origins)
            for frame, index, origins in map(self._painted, _list(value["frames"], MAX_CLIP_FRAMES))
        }
        return MatteLayer(head, self._extent, frames)

    def _painted(self, value: Any) -> tuple[Any, Any, list[Origin]]:
        frame, index, *origins = _list(value, 3)
        return frame, index, self._origins(origins, 1)

    def _origins(self, value: list[Any], count: int) -> list[Origin]:
        if len(value) != (0 if self._is_first else count):
            raise ValueError("another number of origins")
        return [Origin.PROPAGATED if _int(code, 0, 1) else Origin.PAINTED for code in value]

    def _edits(self, name: str) -> list[Edit]:
        return [self._edit(edit) for edit in _list(self._table[name], _MAX_EDITS)]

    def _edit(self, value: Any) -> Edit:
        before, after = self._heads(value["before"]), self._heads(value["after"])
        if (before is None) != (after is None):
            raise ValueError("an edit with layers on one side only")
        atoms = tuple(self._atom(atom) for atom in _list(value["atoms"], _MAX_EDITS))
        return Edit(atoms, before, after)

    def _heads(self, value: Any) -> Heads | None:
        if value is None:
            return None
        last = len(self._all_heads) - 1
        heads = tuple(self._all_heads[_int(at, 0, last)] for at in _list(value, _MAX_LAYERS))
        _check_ids(heads)
        return heads

    def _atom(self, value: Any) -> PaintAtom:
        layer_id, frame, sides, before, after, *origins = _list(value, 7)
        x, y, width, height = (_int(side, 0, _MAX_SIDE) for side in _list(sides, 4))
        rect = Rect(x, y, width, height)
        if not rect.area or rect.intersect(self._extent.rect) != rect:
            raise ValueError(f"{rect} is not inside {self._extent}")
        return PaintAtom(
            _text(layer_id),
            self._frame(frame),
            rect,
            self._blob(before, rect.extent),
            self._blob(after, rect.extent),
            *self._origins(origins, 2),
        )


def _check_ids(heads: Sequence[LayerHead]) -> None:
    if len({head.id for head in heads}) != len(heads):
        raise ValueError("two layers of one id")


def _range(value: Any) -> FrameRange:
    start, duration = _list(value, 2)
    return FrameRange(_int(start, -_MAX_INT, _MAX_INT), _int(duration, 0, MAX_CLIP_FRAMES))


def _extent(value: Any) -> Extent:
    width, height = (_int(side, 1, _MAX_SIDE) for side in _list(value, 2))
    return Extent(width, height)


def _polygon(value: Any) -> KeyedPolygon:
    keys = {}
    for frame, points in value:
        keys[_int(frame, -_MAX_INT, _MAX_INT)] = [(_number(x), _number(y)) for x, y in points]
    return KeyedPolygon.of(keys)
