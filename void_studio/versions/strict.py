"""JSON objects from outside, read field by field: wrong types, limits and unknown keys refuse."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from void_studio.core import BadInput, is_digest

__all__ = ["Fields", "parse_object"]

_LARGEST = 1 << 53
_TEXT_LIMIT = 4096
_LIST_LIMIT = 10_000
Value = TypeVar("Value")


class Fields:
    """One JSON object. Every getter raises BadInput naming the field; `done` refuses the rest."""

    def __init__(self, value: object, path: str) -> None:
        if not isinstance(value, dict):
            raise BadInput(f"{path} is not an object")
        self._value = value
        self._path = path
        self._left = set(value)

    def take(self, key: str) -> Any:
        """The raw value of a field."""
        if key not in self._value:
            raise BadInput(f"{self._path} has no field {key!r}")
        self._left.discard(key)
        return self._value[key]

    def text(self, key: str) -> str:
        """A string of at most 4096 characters."""
        value = self.take(key)
        if not isinstance(value, str) or len(value) > _TEXT_LIMIT:
            self._refuse(key, "a text")
        return str(value)

    def digest(self, key: str) -> str:
        """64 hexadecimal digits."""
        value = self.take(key)
        if not is_digest(value):
            self._refuse(key, "a digest")
        return str(value)

    def whole(self, key: str, low: int = -_LARGEST, high: int = _LARGEST) -> int:
        """An integer from `low` to `high`."""
        value = self.take(key)
        if type(value) is not int or not low <= value <= high:
            self._refuse(key, f"a whole number from {low} to {high}")
        return int(value)

    def number(self, key: str, low: float = -1e300, high: float = 1e300) -> float:
        """A finite number from `low` to `high`."""
        value = self.take(key)
        if type(value) not in (int, float) or not math.isfinite(value) or not low <= value <= high:
            self._refuse(key, f"a number from {low:g} to {high:g}")
        return float(value)

    def flag(self, key: str) -> bool:
        """True or false."""
        value = self.take(key)
        if not isinstance(value, bool):
            self._refuse(key, "true or false")
        return bool(value)

    def part(self, key: str) -> Fields:
        """A nested object; the caller reads it to its end."""
        return Fields(self.take(key), f"{self._path}.{key}")

    def optional(self, key: str, read: Callable[[str], Value]) -> Value | None:
        """None for null, else what `read` makes of the field."""
        if key in self._value and self._value[key] is None:
            self._left.discard(key)
            return None
        return read(key)

    def items(self, key: str, read: Callable[[Fields, str], Value]) -> tuple[Value, ...]:
        """A list; `read` is given an object with one field, the item, and that field's name."""
        value = self.take(key)
        if not isinstance(value, list) or len(value) > _LIST_LIMIT:
            self._refuse(key, f"a list of at most {_LIST_LIMIT}")
        return tuple(
            read(Fields({str(index): item}, f"{self._path}.{key}"), str(index))
            for index, item in enumerate(value)
        )

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings."""
        return self.items(key, lambda fields, index: fields.text(index))

    def names(self) -> tuple[str, ...]:
        """The names of the fields, sorted."""
        return tuple(sorted(self._value))

    def done(self) -> None:
        """Refuse fields that nobody read."""
        if self._left:
            raise BadInput(f"{self._path} has an unknown field {sorted(self._left)[0]!r}")

    def _refuse(self, key: str, wanted: str) -> NoReturn:
        raise BadInput(f"{self._path}.{key} is not {wanted}")


def parse_object(data: bytes, what: str, schema: str) -> Fields:
    """The object in `data`, whose field `schema` must be `schema`. Raises BadInput otherwise."""
    try:
        value = json.loads(data, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{what} is not JSON ({error})") from error
    fields = Fields(value, what)
    if fields.text("schema") != schema:
        raise BadInput(f"{what} is not of schema {schema}", hint="use the studio that wrote it")
    return fields


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")
