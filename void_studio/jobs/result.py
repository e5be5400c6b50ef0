"""A finished job's manifest: which blob is which patch."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from void_studio.core import BadInput, Rect, canonical_json, digest_bytes, is_digest
from void_studio.engine import RanFact

__all__ = ["PatchEntry", "ResultManifest"]

_SCHEMA = "void_studio.result.1"
_MAX_PATCHES = 200_000
_MAX_SIDE = 16_384
_MAX_FACTS = 100
_LONGEST_FACT = 1000


@dataclass(frozen=True, slots=True)
class PatchEntry:
    """Where a patch lies and the blobs of its pixels and, if it has one, its confidence."""

    frame: int
    rect: Rect
    pixels: str
    confidence: str | None


@dataclass(frozen=True, slots=True)
class ResultManifest:
    """Patches in frame order, and the build of the worker that made them.

    `ran` is what the engine says of how it ran (`engine.Ran`), by name; empty where it says
    nothing.
    """

    build: str
    device: str
    patches: tuple[PatchEntry, ...]
    ran: tuple[tuple[str, RanFact], ...] = ()

    @property
    def digest(self) -> str:
        """BLAKE3 of `encode()`."""
        return digest_bytes(self.encode())

    def encode(self) -> bytes:
        """Canonical JSON."""
        return canonical_json(
            {
                "schema": _SCHEMA,
                "build": self.build,
                "device": self.device,
                "patches": [_entry_value(entry) for entry in self.patches],
                "ran": dict(self.ran),
            }
        )

    @classmethod
    def decode(cls, data: bytes) -> ResultManifest:
        """Read what `encode` wrote. Raises BadInput for anything else."""
        try:
            value = json.loads(data)
            if value["schema"] != _SCHEMA or len(value["patches"]) > _MAX_PATCHES:
                raise ValueError("schema or size")
            patches = tuple(_entry_of(entry) for entry in value["patches"])
            ran = _ran_of(value.get("ran", {}))
            return cls(str(value["build"]), str(value["device"]), patches, ran)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadInput(f"a result manifest is malformed ({error})") from error


def _ran_of(value: dict[str, Any]) -> tuple[tuple[str, RanFact], ...]:
    facts = tuple(sorted(value.items()))
    if len(facts) > _MAX_FACTS or not all(_is_fact(fact) for _, fact in facts):
        raise ValueError("what ran is out of bounds")
    return facts


def _is_fact(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= _LONGEST_FACT
    return isinstance(value, (bool, int, float))


def _entry_value(entry: PatchEntry) -> dict[str, Any]:
    rect = entry.rect
    return {
        "frame": entry.frame,
        "rect": [rect.x, rect.y, rect.width, rect.height],
        "pixels": entry.pixels,
        "confidence": entry.confidence,
    }


def _entry_of(value: dict[str, Any]) -> PatchEntry:
    rect = Rect(*(int(number) for number in value["rect"]))
    confidence = value["confidence"]
    sides = (rect.x, rect.y, rect.width, rect.height)
    addresses = (value["pixels"],) if confidence is None else (value["pixels"], confidence)
    if not all(0 <= side <= _MAX_SIDE for side in sides) or not all(map(is_digest, addresses)):
        raise ValueError("a patch entry is out of bounds")
    return PatchEntry(int(value["frame"]), rect, value["pixels"], confidence)
