"""What a timeline that was converted says of the file that it was made of."""

from __future__ import annotations

from void_studio.core import BadInput
from void_studio.timeline.json_text import read_document
from void_studio.timeline.json_view import JsonObject
from void_studio.timeline.references import NAMESPACE

__all__ = ["CONVERTED", "converted_from"]

CONVERTED = "converted_from"


def converted_from(text: bytes) -> str | None:
    """The name of the file of another format that `text` was made of, None for any other text."""
    try:
        root = JsonObject(text, read_document(text, frozenset()))
        metadata = root.object("metadata")
        ours = metadata.object(NAMESPACE) if metadata is not None else None
        return ours.string(CONVERTED) if ours is not None else None
    except BadInput:
        return None
