"""Writing new members in the manner of the text around them: newlines, indentation, colons."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from void_studio.timeline.json_text import Node
from void_studio.timeline.json_view import JsonObject

__all__ = ["Style", "Value", "member_text", "members_lead", "quoted", "render", "style_of"]

Value = bytes | str | bool | int | None | Mapping[str, "Value"] | Sequence["Value"]
_UNIT = b"    "


@dataclass(frozen=True, slots=True)
class Style:
    """How a file is laid out. `newline` is empty where all stands in one line.

    `indent` is that of the members of the object it was taken from, `unit` one level more,
    `comma` what separates two members in one line.
    """

    newline: bytes
    indent: bytes
    unit: bytes
    comma: bytes
    colon: bytes

    @property
    def lead(self) -> bytes:
        """What separates a new last member from the one before it."""
        return b"," + self.newline + self.indent if self.newline else self.comma


def style_of(owner: JsonObject) -> Style:
    """The layout of an object that has at least one member."""
    text, members = owner.text, owner.members
    first = members[0]
    opening = text[owner.node.start + 1 : first.start]
    key = text[first.start : first.value.start]
    colon = key[key.rindex(b'"') + 1 :]
    if b"\n" not in opening:
        comma = b", " if len(members) < 2 else text[first.value.stop : members[1].start]
        return Style(b"", b"", b"", comma.lstrip(b" \t\r\n"), colon)
    newline = b"\r\n" if b"\r\n" in opening else b"\n"
    indent = opening.rpartition(b"\n")[2]
    outer = text[members[-1].value.stop : owner.node.stop - 1].rpartition(b"\n")[2]
    unit = indent[len(outer) :] if indent.startswith(outer) and indent != outer else _UNIT
    return Style(newline, indent, unit, b", ", colon)


def members_lead(text: bytes, node: Node, style: Style) -> bytes:
    """What separates a new last member of the non-empty object `node` from the one before it."""
    members = node.members or ()
    opening = text[node.start + 1 : members[0].start]
    return b"," + opening if b"\n" in opening else style.comma


def member_text(key: str, value: Value, style: Style, indent: bytes) -> bytes:
    """`"key": value` for a member that stands at `indent`."""
    return quoted(key) + style.colon + render(value, style, indent)


def quoted(text: str) -> bytes:
    """A string token in UTF-8."""
    return json.dumps(text, ensure_ascii=False).encode()


def render(value: Value, style: Style, indent: bytes) -> bytes:
    """`value` as text that begins on a line indented by `indent`; bytes are tokens, kept as is."""
    if isinstance(value, bytes):
        return value
    inner = indent + style.unit
    if isinstance(value, Mapping):
        members = [member_text(key, each, style, inner) for key, each in value.items()]
        return _wrapped(b"{", members, b"}", style, indent)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return _wrapped(b"[", [render(each, style, inner) for each in value], b"]", style, indent)
    return json.dumps(value, ensure_ascii=False).encode()


def _wrapped(opening: bytes, parts: list[bytes], closing: bytes, style: Style, at: bytes) -> bytes:
    if not parts:
        return opening + closing
    if not style.newline:
        return opening + style.comma.join(parts) + closing
    begin = style.newline + at + style.unit
    return opening + begin + (b"," + begin).join(parts) + style.newline + at + closing
