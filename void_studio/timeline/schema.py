"""Which OTIO schemas are known here, and what was met beyond them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from void_studio.core import BadInput
from void_studio.timeline.json_view import JsonObject

__all__ = ["Findings", "schema_name"]

_ALIASES = {
    "Sequence": "Track",
    "Filler": "Gap",
    "SerializeableCollection": "SerializableCollection",
}
_NEWEST = {
    "Timeline": 1,
    "SerializableCollection": 1,
    "Stack": 1,
    "Track": 1,
    "Clip": 2,
    "Gap": 1,
    "Transition": 1,
    "ExternalReference": 1,
    "MissingReference": 1,
    "GeneratorReference": 1,
    "ImageSequenceReference": 1,
    "Effect": 1,
    "TimeEffect": 1,
    "LinearTimeWarp": 1,
    "FreezeFrame": 1,
    "Marker": 2,
}


@dataclass(slots=True)
class Findings:
    """What a reading met that the person should know, as counts."""

    newer: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    repeated_keys: int = 0
    titles: int = 0
    dangling: int = 0
    between_frames: int = 0

    def note(self, view: JsonObject) -> None:
        """Count an object that is of no other use to the reading, such as a marker."""
        schema_name(view, self)

    def warnings(self) -> tuple[str, ...]:
        """One sentence for each kind of thing that was met."""
        said = (
            (
                self.newer.total(),
                f"of a newer schema read as the one known here{_named(self.newer)}",
            ),
            (
                self.unknown.total(),
                f"of an unknown schema left out of the reading{_named(self.unknown)}",
            ),
            (self.repeated_keys, "written twice under one key: the last one counts"),
            (self.dangling, "with an active media key that the clip does not have"),
            (self.between_frames, "starting or ending between frames: widened to whole ones"),
            (
                self.titles,
                "a title or generator: Resolve refuses to import its own export with these",
            ),
        )
        return tuple(f"{count} x {what}" for count, what in said if count)


def _named(counts: Counter[str]) -> str:
    return f" ({', '.join(sorted(counts)[:8])})" if counts else ""


def schema_name(view: JsonObject, findings: Findings) -> str:
    """`Clip` for `Clip.2`; old names as today's; empty for what is not known here.

    A version newer than the known one is read as the known one; both cases are counted.
    """
    schema = view.string("OTIO_SCHEMA")
    if schema is None:
        raise BadInput(f"{view.wrong('OTIO_SCHEMA', 'there').what}: not an OTIO object")
    findings.repeated_keys += view.repeated_keys
    name, _, version = schema.rpartition(".")
    name = _ALIASES.get(name, name)
    if name not in _NEWEST:
        findings.unknown[schema[:80]] += 1
        return ""
    if not version.isdecimal() or len(version) > 9 or int(version) > _NEWEST[name]:
        findings.newer[schema[:80]] += 1
    return name
