"""Engine parameters as data: drawn by the window, checked at every border."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from void_studio.core import UsageError

__all__ = ["ParamKind", "ParamSpec", "ParamValue", "complete_params", "parse_param"]

ParamValue = bool | int | float | str


class ParamKind(Enum):
    """The type of a parameter's value."""

    BOOL = "bool"
    INT = "int"
    FLOAT = "float"
    TEXT = "text"
    CHOICE = "choice"


_TYPES: Mapping[ParamKind, tuple[type, ...]] = {
    ParamKind.BOOL: (bool,),
    ParamKind.INT: (int,),
    ParamKind.FLOAT: (float, int),
    ParamKind.TEXT: (str,),
    ParamKind.CHOICE: (str,),
}


@dataclass(frozen=True, slots=True)
class ParamSpec:
    """One parameter: bounds are inclusive, `choices` only for CHOICE, `help` for people."""

    name: str
    kind: ParamKind
    default: ParamValue
    help: str
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()

    def check(self, value: ParamValue) -> ParamValue:
        """`value` in the parameter's own type. Raises UsageError when it does not fit."""
        wanted = _TYPES[self.kind]
        if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted):
            raise UsageError(f"parameter {self.name} is {value!r}, which is not {self.kind.value}")
        if self.kind is ParamKind.CHOICE and value not in self.choices:
            raise UsageError(f"parameter {self.name} is {value!r}", hint=f"use {self._choices()}")
        if isinstance(value, (int, float)) and not self._within(value):
            raise UsageError(f"parameter {self.name} is {value}", hint=f"use {self._bounds()}")
        return float(value) if self.kind is ParamKind.FLOAT else value

    def _within(self, value: float) -> bool:
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def _choices(self) -> str:
        return " or ".join(self.choices)

    def _bounds(self) -> str:
        return f"a value from {self.low} to {self.high}"


def complete_params(
    specs: tuple[ParamSpec, ...], given: Mapping[str, ParamValue]
) -> dict[str, ParamValue]:
    """Every parameter with its given or default value.

    Raises UsageError for an unknown name or a value that does not fit.
    """
    known = {spec.name: spec for spec in specs}
    for name in given:
        if name not in known:
            names = ", ".join(known) or "none"
            raise UsageError(f"unknown parameter {name!r}", hint=f"this engine has: {names}")
    return {name: spec.check(given.get(name, spec.default)) for name, spec in known.items()}


def parse_param(specs: tuple[ParamSpec, ...], text: str) -> tuple[str, ParamValue]:
    """Read `name=value` as a person writes it. Raises UsageError when it does not fit."""
    name, equals, written = text.partition("=")
    spec = next((spec for spec in specs if spec.name == name), None)
    if not equals or spec is None:
        names = ", ".join(spec.name for spec in specs) or "none"
        raise UsageError(f"parameter {text!r}", hint=f"write name=value; this engine has: {names}")
    try:
        value = _read(spec.kind, written)
    except (ValueError, KeyError):
        raise UsageError(f"parameter {name} is {written!r}, not {spec.kind.value}") from None
    return name, spec.check(value)


def _read(kind: ParamKind, written: str) -> ParamValue:
    if kind is ParamKind.BOOL:
        return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}[
            written.lower()
        ]
    if kind is ParamKind.INT:
        return int(written)
    return float(written) if kind is ParamKind.FLOAT else written
