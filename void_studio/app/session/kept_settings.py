"""A shot's settings as the project keeps them: JSON that may be older, newer or damaged."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import Any

from void_studio.app.session.values import FramingChoice, ShotSettings
from void_studio.core import canonical_json
from void_studio.engine import Exactness

__all__ = ["MOST_PROMPTS", "decode_settings", "encode_settings"]

MOST_PROMPTS = 20
_MOST_HANDLES = 1000
_WIDEST_FEATHER = 1000.0


def encode_settings(settings: ShotSettings) -> str:
    """Canonical JSON."""
    value = asdict(settings) | {
        "framing": settings.framing.value,
        "allow": settings.allow.value,
        "params": dict(settings.params),
    }
    return canonical_json(value).decode()


def decode_settings(text: str) -> tuple[ShotSettings, tuple[str, ...]]:
    """The settings, and the names of those that could not be taken over and are the defaults."""
    plain = ShotSettings()
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if type(value) is not dict:
        return plain, tuple(field.name for field in fields(ShotSettings))
    value.setdefault("earlier_prompts", [])  # not in files of before there were any
    taken: dict[str, Any] = {}
    left: list[str] = []
    for field in fields(ShotSettings):
        try:
            taken[field.name] = _read(field.name, value[field.name], getattr(plain, field.name))
        except (KeyError, ValueError):
            left.append(field.name)
    return ShotSettings(**taken), tuple(left)


def _read(name: str, value: Any, default: Any) -> Any:
    if name == "framing":
        return FramingChoice(value)
    if name == "allow":
        return Exactness(value)
    if name == "params":
        return _params(value)
    if name == "earlier_prompts":
        return _texts(value)
    if type(value) is not type(default):
        raise ValueError(name)
    if name == "handles" and not 0 <= value <= _MOST_HANDLES:
        raise ValueError(name)
    if name == "feather" and not 0 <= value <= _WIDEST_FEATHER:
        raise ValueError(name)
    return value


def _params(value: Any) -> dict[str, Any]:
    if type(value) is not dict:
        raise ValueError("params")
    for one in value.values():
        if type(one) not in (bool, int, float, str):
            raise ValueError("params")
    return dict(value)


def _texts(value: Any) -> tuple[str, ...]:
    if type(value) is not list or not all(type(text) is str for text in value):
        raise ValueError("earlier_prompts")
    return tuple(value[:MOST_PROMPTS])
