"""Reading members of one JSON object by type, with the place named when the type is wrong."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

from void_studio.core import BadInput
from void_studio.timeline.json_text import Member, Node, decode_string, read

__all__ = ["JsonObject"]

_LONGEST_NUMBER = 400
_NULL = b"null"


@dataclass(frozen=True, slots=True, eq=False)
class JsonObject:
    """The object `node` of `text`; a member that is absent or null reads as None.

    Every accessor raises BadInput, with the line, for a value of another type. A key that is
    written twice counts with its last value, as OTIO has it.
    """

    text: bytes
    node: Node

    @classmethod
    def at(cls, text: bytes, start: int) -> Self:
        """The object that begins at `start`."""
        return cls(text, read(text, start))

    @property
    def members(self) -> tuple[Member, ...]:
        """The members in the order of the file."""
        return self.node.members or ()

    @property
    def repeated_keys(self) -> int:
        """How many members are hidden by a later one of the same key."""
        return len(self.members) - len({member.key for member in self.members})

    def member(self, key: str) -> Member | None:
        """The last member of this key."""
        for member in reversed(self.members):
            if member.key == key:
                return member
        return None

    def raw(self, key: str) -> bytes | None:
        """The value's own text, None when the key is absent."""
        member = self.member(key)
        return None if member is None else self.text[member.value.start : member.value.stop]

    def _value(self, key: str) -> Node | None:
        member = self.member(key)
        if member is None or self.text.startswith(_NULL, member.value.start):
            return None
        return member.value

    def string(self, key: str) -> str | None:
        """A text."""
        node = self._value(key)
        if node is None:
            return None
        token = self.text[node.start : node.stop]
        if not token.startswith(b'"'):
            raise self.wrong(key, "a text")
        return decode_string(token)

    def number(self, key: str) -> float | int | None:
        """A finite number; whole numbers stay exact."""
        node = self._value(key)
        if node is None:
            return None
        token = self.text[node.start : node.stop]
        if token[:1] not in b"-0123456789" or len(token) > _LONGEST_NUMBER or b"Inf" in token:
            raise self.wrong(key, "a number")
        value = int(token) if token.lstrip(b"-").isdigit() else float(token)
        if isinstance(value, float) and not math.isfinite(value):
            raise self.wrong(key, "a finite number")
        return value

    def boolean(self, key: str) -> bool | None:
        """True or false."""
        token = self.raw(key)
        if token is None or token == _NULL:
            return None
        if token not in (b"true", b"false"):
            raise self.wrong(key, "true or false")
        return token == b"true"

    def object(self, key: str) -> JsonObject | None:
        """An object."""
        node = self._value(key)
        if node is None:
            return None
        if not self.text.startswith(b"{", node.start):
            raise self.wrong(key, "an object")
        return self._opened(node)

    def objects(self, key: str) -> tuple[JsonObject, ...]:
        """The objects of an array, nulls left out."""
        node = self._value(key)
        if node is None:
            return ()
        if not self.text.startswith(b"[", node.start):
            raise self.wrong(key, "a list")
        items = node.items if node.items is not None else read(self.text, node.start).items or ()
        present = [item for item in items if not self.text.startswith(_NULL, item.start)]
        if any(not self.text.startswith(b"{", item.start) for item in present):
            raise self.wrong(key, "a list of objects")
        return tuple(self._opened(item) for item in present)

    def _opened(self, node: Node) -> JsonObject:
        return JsonObject(
            self.text, node if node.members is not None else read(self.text, node.start)
        )

    def wrong(self, key: str, expected: str) -> BadInput:
        """The error for a value that is not what the schema says."""
        member = self.member(key)
        place = self.text.count(b"\n", 0, member.start if member else self.node.start) + 1
        return BadInput(f"{key} at line {place} is not {expected}")
