"""Premiere's retimed clips: whether a source range counts frames of the cut or of the media.

OTIO and Resolve count the cut's; files by Premiere are reported to count the media's, so that a
clip lasts its duration divided by its speed. Only where linked picture and sound come together
under exactly one of the two readings is that one taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from void_studio.timeline.composition import Spans, Walk
from void_studio.timeline.json_view import JsonObject
from void_studio.timeline.references import active_reference
from void_studio.timeline.retime import Retime, is_retimed
from void_studio.timeline.schema import Findings, schema_name
from void_studio.timeline.times import stretch

__all__ = ["Doubt", "reading_of"]

_PREMIERE, _RESOLVE = "PremierePro_OTIO", "Resolve_OTIO"
_NAMESPACE = f'"{_PREMIERE}"'.encode()
_TOGETHER = Fraction(1, 100)


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is not certain of the speed changes in a file."""

    premiere: bool = False
    ambiguous: bool = False

    def about(self, retime: Retime) -> str | None:
        """Why the media interval of a clip with this speed change is not known."""
        if not self.premiere or retime.speed == 0:
            return None
        if retime.speed is None or retime.speed < 0:
            return (
                f"it plays {retime.words}, and Premiere is reported to write another start than"
                " the one that it plays from: render it from a copy of the cut without it"
            )
        if self.ambiguous:
            return (
                f"it plays {retime.words}, and the file does not settle whether Premiere counted"
                " its length before or after the speed change: linked picture and sound agree"
                " under both readings or neither; render it from a copy of the cut without it"
            )
        return None


def reading_of(roots: Sequence[JsonObject]) -> tuple[Spans, Doubt]:
    """How to count retimed clips, and what stays in doubt: nothing, unless Premiere wrote them."""
    if not any(_by_premiere(root) for root in roots):
        return Spans.RECORD, Doubt()
    tracks = [track for root in roots for track in _tracks(root)]
    if not any(is_retimed(child) for track in tracks for child in _children(track)):
        return Spans.RECORD, Doubt(premiere=True)
    agreeing = [spans for spans in Spans if _comes_together(tracks, spans)]
    if len(agreeing) == 1:
        return agreeing[0], Doubt(premiere=True)
    return Spans.RECORD, Doubt(premiere=True, ambiguous=True)


def _by_premiere(root: JsonObject) -> bool:
    """Whether Premiere's namespace is there, and Resolve's not on the timeline itself."""
    if root.text.find(_NAMESPACE, root.node.start, root.node.stop) < 0:
        return False
    metadata = root.object("metadata") if root.member("metadata") is not None else None
    return metadata is None or metadata.member(_RESOLVE) is None


def _tracks(root: JsonObject) -> tuple[JsonObject, ...]:
    stack = root.object("tracks") if root.member("tracks") is not None else root
    quiet = Findings()
    children = stack.objects("children") if stack is not None else ()
    return tuple(child for child in children if schema_name(child, quiet) == "Track")


def _children(track: JsonObject) -> tuple[JsonObject, ...]:
    quiet = Findings()
    return tuple(item for item in track.objects("children") if schema_name(item, quiet) == "Clip")


def _comes_together(tracks: Sequence[JsonObject], spans: Spans) -> bool:
    """Whether what is linked across tracks starts at the same time, and anything is."""
    starts: defaultdict[str, list[Fraction]] = defaultdict(list)
    for track in tracks:
        for key, start in _starts(track, spans).items():
            starts[key].append(start)
    linked = [times for times in starts.values() if len(times) > 1]
    return all(max(times) - min(times) < _TOGETHER for times in linked) and bool(linked)


def _starts(track: JsonObject, spans: Spans) -> dict[str, Fraction]:
    """Where each link of a track starts; those that it has twice say nothing."""
    quiet, walk = Findings(), Walk(spans)
    starts: dict[str, Fraction] = {}
    twice: set[str] = set()
    cursor = Fraction(0)
    for child in track.objects("children"):
        name = schema_name(child, quiet)
        key = _link(child) if name == "Clip" else ""
        if key in starts:
            twice.add(key)
        if key:
            starts[key] = cursor
        cursor += walk.duration(child, name)
    return {key: start for key, start in starts.items() if key not in twice}


def _link(clip: JsonObject) -> str:
    """What links a clip to its sound: Premiere's id, else the same part of the same media."""
    metadata = clip.object("metadata")
    premiere = metadata.object(_PREMIERE) if metadata is not None else None
    if premiere is not None and premiere.member("LinkID") is not None:
        return (premiere.raw("LinkID") or b"").decode(errors="replace")
    reference = active_reference(clip).reference
    url = reference.raw("target_url") if reference is not None else None
    source = stretch(clip, "source_range")
    return f"{url!r} {source.start} {source.duration}" if url and source else ""
