"""The colours and sizes that everything in the window is drawn with."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from PySide6.QtGui import QColor

from void_studio.app.resources import resource

__all__ = ["Tokens", "read_tokens", "tokens", "colour", "size", "contrast"]


@dataclass(frozen=True, slots=True)
class Tokens:
    """Colours as #RRGGBB and sizes in logical pixels, each by its token's name."""

    colours: Mapping[str, str]
    sizes: Mapping[str, int]


def read_tokens(text: str) -> Tokens:
    """Tokens out of the text of `tokens.toml`; every table but `size` holds colours."""
    tables = tomllib.loads(text)
    colours = {
        name: value
        for table, entries in tables.items()
        if table != "size"
        for name, value in entries.items()
    }
    return Tokens(colours, tables["size"])


@cache
def tokens() -> Tokens:
    """The tokens of this installation."""
    return read_tokens(resource("tokens.toml").read_text(encoding="utf-8"))


@cache
def colour(name: str) -> QColor:
    """The colour of a token. Callers that change it copy it first: `QColor(colour(...))`."""
    return QColor(tokens().colours[name])


def size(name: str) -> int:
    """The size of a token in logical pixels."""
    return tokens().sizes[name]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two #RRGGBB colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(value: str) -> float:
    red, green, blue = (_linear(int(value[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
