"""XML of an editor as text: decoded, and refused where it declares entities."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from void_studio.core import BadInput

__all__ = ["root_element", "xml_text"]

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_KNOWN = frozenset(("utf-8", "ascii", "iso8859-1", "cp1252"))
_ENTITIES = re.compile(r"<!ENTITY|<!DOCTYPE[^>\[]*\[", re.IGNORECASE)
_ROOT = re.compile(r"<([A-Za-z_][\w.-]*)")


def xml_text(data: bytes, path: Path) -> str:
    """The text of an XML file.

    Raises BadInput for an encoding that no editor writes, and for a document type with
    declarations inside: entities can be nested to expand without end.
    """
    text = _decoded(data, path)
    if _ENTITIES.search(text):
        raise BadInput(
            "it declares entities, which no editor does and which can grow without end",
            where=path,
            hint="export the sequence again",
        )
    return text


def root_element(text: str) -> str:
    """The name of the first element, empty when there is none."""
    found = _ROOT.search(text)
    return found[1] if found else ""


def _decoded(data: bytes, path: Path) -> str:
    if data.startswith(_UTF_16):
        encoding = "utf-16"
    else:
        declared = _DECLARED.search(data[:400])
        encoding = _codec(declared[1].decode()) if declared else "utf-8"
    if encoding not in _KNOWN and encoding != "utf-16":
        raise BadInput(f"its encoding {encoding} is not read here", where=path, hint="use UTF-8")
    try:
        return data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError:
        raise BadInput(
            f"not text in {encoding}, so not XML", where=path, hint="export it again"
        ) from None


def _codec(name: str) -> str:
    try:
        known = codecs.lookup(name).name
    except LookupError:
        return name
    return "utf-8" if known in ("utf-16", "utf-16-le", "utf-16-be") else known
