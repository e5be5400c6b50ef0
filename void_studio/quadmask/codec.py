"""The document as bytes, history included, for the project file; and single changes of it.

Magic `VSQ1`, length of the table as little-endian uint32, the table as canonical JSON in one zstd
frame with a checksum, then the blobs in one zstd frame. The table refers to blobs and layer
properties by index, so that what an edit shares with its neighbours is stored once; it holds the
blobs' lengths and the BLAKE3 of all of them. Documents of schema 1 had each blob in a frame of its
own; they are read as well. A change has the magic `VSE1` and is laid out alike.
"""

from __future__ import annotations

import struct
from collections.abc import Hashable, Iterable
from typing import Any, Generic, TypeVar

import zstandard

from void_studio.core import BadInput, Extent, FrameRange, canonical_json, digest_bytes
from void_studio.quadmask.document import QuadmaskDocument
from void_studio.quadmask.history import Change, Edit, Heads, PaintAtom
from void_studio.quadmask.layer import LayerHead
from void_studio.quadmask.origin import Origin
from void_studio.quadmask.prompts import LayerPrompt, PointPrompt
from void_studio.quadmask.snapshot import LayerSnapshot, QuadmaskSnapshot
from void_studio.quadmask.table import CHANGE_SCHEMA, SCHEMA, read_change_table, read_table

__all__ = [
    "LARGEST_DOCUMENT_BYTES",
    "decode_change",
    "decode_document",
    "encode_change",
    "encode_document",
    "encode_snapshot",
]

LARGEST_DOCUMENT_BYTES = 1 << 31
LARGEST_TABLE_BYTES = 1 << 28
_HEADER = struct.Struct("<4sI")
_MAGIC, _CHANGE_MAGIC = b"VSQ1", b"VSE1"
_LEVEL = 3

Item = TypeVar("Item", bound=Hashable)


class _Index(Generic[Item]):
    """Values in the order in which they were first asked for."""

    def __init__(self) -> None:
        self._numbers: dict[Item, int] = {}

    def __call__(self, value: Item) -> int:
        return self._numbers.setdefault(value, len(self._numbers))

    @property
    def values(self) -> Iterable[Item]:
        return self._numbers


def encode_document(document: QuadmaskDocument) -> bytes:
    """Everything of a document but a stroke in progress; equal documents give equal bytes."""
    return encode_snapshot(document.snapshot())


def encode_snapshot(document: QuadmaskSnapshot) -> bytes:
    """The same of a document as it was; any thread may do it."""
    blobs: _Index[bytes] = _Index()
    heads: _Index[LayerHead] = _Index()
    table: dict[str, Any] = {
        "schema": SCHEMA,
        "shot": document.shot_id,
        "range": [document.range.start, document.range.duration],
        "extent": [document.extent.width, document.extent.height],
        "revision": document.revision,
        "history_limit_bytes": document.history_limit_bytes,
        "layers": [_layer(layer, heads, blobs) for layer in document.layers],
        "done": [_edit(edit, heads, blobs) for edit in document.done],
        "undone": [_edit(edit, heads, blobs) for edit in document.undone],
    }
    return _encoded(_MAGIC, table, heads, blobs)


def encode_change(change: Change) -> bytes:
    """One change, small: what goes to the project file when the pen lifts."""
    blobs: _Index[bytes] = _Index()
    heads: _Index[LayerHead] = _Index()
    table: dict[str, Any] = {
        "schema": CHANGE_SCHEMA,
        "kind": change.kind.value,
        "revision": change.revision,
        "edit": None if change.edit is None else _edit(change.edit, heads, blobs),
    }
    return _encoded(_CHANGE_MAGIC, table, heads, blobs)


def decode_document(data: bytes) -> QuadmaskDocument:
    """The document that `encode_document` was given.

    Raises BadInput for bytes that are damaged, of another kind or beyond the limits.
    """
    return read_table(*_parts(data, _MAGIC))


def decode_change(data: bytes, frames: FrameRange, extent: Extent) -> Change:
    """A change of a document of this range and size. Raises BadInput as `decode_document`."""
    return read_change_table(*_parts(data, _CHANGE_MAGIC), frames, extent)


def _encoded(
    magic: bytes, table: dict[str, Any], heads: _Index[LayerHead], blobs: _Index[bytes]
) -> bytes:
    body = b"".join(blobs.values)
    table["heads"] = [_head(head) for head in heads.values]
    table["blobs"] = [len(blob) for blob in blobs.values]
    table["digest"] = digest_bytes(body)
    compressor = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True)
    packed = compressor.compress(canonical_json(table))
    return _HEADER.pack(magic, len(packed)) + packed + compressor.compress(body)


def _parts(data: bytes, wanted: bytes) -> tuple[bytes, bytes]:
    """The table's JSON, and what follows it as it is."""
    if len(data) > LARGEST_DOCUMENT_BYTES or len(data) < _HEADER.size:
        raise BadInput(f"a quadmask document can not have {len(data)} bytes")
    magic, length = _HEADER.unpack_from(data)
    if magic != wanted:
        raise BadInput("these bytes are not a quadmask document")
    packed = data[_HEADER.size : _HEADER.size + length]
    return _table_bytes(packed), data[_HEADER.size + length :]


def _table_bytes(packed: bytes) -> bytes:
    try:
        declared = zstandard.frame_content_size(packed)
        if not 0 < declared <= LARGEST_TABLE_BYTES:
            raise BadInput("a quadmask document has a table beyond the limits")
        return zstandard.ZstdDecompressor().decompress(packed, allow_extra_data=False)
    except zstandard.ZstdError as error:
        raise BadInput(f"a quadmask document is damaged ({error})") from error


def _layer(layer: LayerSnapshot, heads: _Index[LayerHead], blobs: _Index[bytes]) -> dict[str, Any]:
    frames = [
        [frame, blobs(painted.blob), _origin(painted.origin)]
        for frame, painted in sorted(layer.frames.items())
    ]
    return {"head": heads(layer.head), "frames": frames}


def _edit(edit: Edit, heads: _Index[LayerHead], blobs: _Index[bytes]) -> dict[str, Any]:
    return {
        "atoms": [_atom(atom, blobs) for atom in edit.atoms],
        "before": _heads(edit.layers_before, heads),
        "after": _heads(edit.layers_after, heads),
    }


def _atom(atom: PaintAtom, blobs: _Index[bytes]) -> list[Any]:
    rect = [atom.rect.x, atom.rect.y, atom.rect.width, atom.rect.height]
    return [
        atom.layer_id,
        atom.frame,
        rect,
        blobs(atom.before),
        blobs(atom.after),
        _origin(atom.was),
        _origin(atom.becomes),
    ]


def _origin(origin: Origin) -> int:
    return int(origin is Origin.PROPAGATED)


def _heads(layers: Heads | None, heads: _Index[LayerHead]) -> list[int] | None:
    return None if layers is None else [heads(head) for head in layers]


def _head(head: LayerHead) -> dict[str, Any]:
    return {
        "id": head.id,
        "name": head.name,
        "role": head.role.value,
        "colour": list(head.colour),
        "visible": head.visible,
        "feather": head.feather,
        "locked": sorted(head.locked),
        "shapes": [[[frame, points] for frame, points in shape.keys] for shape in head.shapes],
        "prompts": [_prompt(prompt) for prompt in head.prompts],
    }


def _prompt(prompt: LayerPrompt) -> list[Any]:
    if isinstance(prompt, PointPrompt):
        return ["point", prompt.frame, prompt.x, prompt.y, prompt.positive]
    return ["box", prompt.frame, prompt.left, prompt.top, prompt.right, prompt.bottom]
