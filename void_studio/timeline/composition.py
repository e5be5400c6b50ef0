"""The walk over tracks and stacks: every video clip with its place in the cut, in exact seconds.

Positions follow OTIO: an item lasts as long as its `source_range` (else its media or children),
a track plays its items one after the other, transitions overlap them and take no time, and a
`source_range` on a track or stack is a window that trims what is inside.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from void_studio.core import BadInput
from void_studio.timeline.json_view import JsonObject
from void_studio.timeline.model import TrackRef
from void_studio.timeline.references import active_reference, is_ours
from void_studio.timeline.schema import Findings, schema_name
from void_studio.timeline.times import Stretch, moment, stretch

__all__ = ["Placed", "Walk"]

_NOWHERE = Fraction(0)


@dataclass(frozen=True, slots=True)
class Placed:
    """A clip item: `record` in the cut; `cut_head` is what a window around it hides of its start.

    `written` is its own source range, else its media's, None when the file says neither.
    """

    clip: JsonObject
    track: TrackRef
    record: Stretch
    cut_head: Fraction
    written: Stretch | None
    nested: bool
    transition: bool


@dataclass(frozen=True, slots=True)
class _Frame:
    """A composition's time 0 in the cut, and the part of the cut in which it is seen."""

    origin: Fraction
    begin: Fraction | None
    end: Fraction | None
    nested: bool

    def inside(self, window: Stretch | None, *, nested: bool) -> _Frame:
        """The frame of a child at this origin that plays only `window` of itself."""
        if window is None:
            return _Frame(self.origin, self.begin, self.end, nested)
        begin, end = self.origin, self.origin + window.duration
        if self.begin is not None:
            begin = max(begin, self.begin)
        if self.end is not None:
            end = min(end, self.end)
        return _Frame(self.origin - window.start, begin, end, nested)

    def at(self, offset: Fraction) -> _Frame:
        return _Frame(self.origin + offset, self.begin, self.end, self.nested)


class Walk:
    """One reading of one file; `findings` counts what it met."""

    def __init__(self) -> None:
        self.findings = Findings()
        self._durations: dict[int, Fraction] = {}

    def placed(self, root: JsonObject) -> Iterator[Placed]:
        """Every video clip below `root`: a timeline, collection, stack, track or a bare clip."""
        start = _Frame(_NOWHERE, None, None, nested=False)
        name = schema_name(root, self.findings)
        if name == "Timeline":
            tracks = root.object("tracks")
            if tracks is not None:
                yield from self.placed(tracks)
        elif name == "SerializableCollection":
            for child in root.objects("children"):
                yield from self.placed(child)
        elif name == "Track":
            yield from self._track(root, start, 0)
        elif name == "Stack":
            yield from self._stack(root, start)
        elif name == "Clip":
            yield self._clip(root, start, TrackRef(0, ""), transition=False)
        else:
            raise BadInput("JSON, but not an OTIO timeline")

    def _stack(self, stack: JsonObject, frame: _Frame) -> Iterator[Placed]:
        frame = frame.inside(stretch(stack, "source_range"), nested=frame.nested)
        index = 0
        for child in stack.objects("children"):
            name = schema_name(child, self.findings)
            if name == "Track":
                if not _is_video(child) or is_ours(child):
                    continue
                yield from self._track(child, frame, index)
            elif name == "Stack":
                yield from self._stack(child, _nested(frame))
            elif name == "Clip":
                yield self._clip(child, frame, TrackRef(index, ""), transition=False)
            index += 1

    def _track(self, track: JsonObject, frame: _Frame, index: int) -> Iterator[Placed]:
        ref = TrackRef(index, track.string("name") or "")
        children = track.objects("children")
        names = [schema_name(child, self.findings) for child in children]
        spans = [self._duration(*pair) for pair in zip(children, names, strict=True)]
        frame = _framed(frame, stretch(track, "source_range"), sum(spans, _NOWHERE))
        cursor = _NOWHERE
        for place, (child, name) in enumerate(zip(children, names, strict=True)):
            here = frame.at(cursor)
            if name == "Clip":
                beside = names[max(0, place - 1) : place + 2]
                yield self._clip(child, here, ref, transition="Transition" in beside)
            elif name == "Stack":
                yield from self._stack(child, _nested(here))
            elif name == "Track" and _is_video(child):
                yield from self._track(child, _nested(here), index)
            cursor += spans[place]

    def _clip(
        self, clip: JsonObject, frame: _Frame, track: TrackRef, *, transition: bool
    ) -> Placed:
        written = _written_range(clip)
        duration = written.duration if written else _NOWHERE
        begin, end = frame.origin, frame.origin + duration
        if frame.begin is not None:
            begin = max(begin, frame.begin)
        if frame.end is not None:
            end = max(begin, min(end, frame.end))
        rate = written.rate if written else Fraction(1)
        record = Stretch(begin, end - begin, rate)
        return Placed(clip, track, record, begin - frame.origin, written, frame.nested, transition)

    def _duration(self, item: JsonObject, name: str) -> Fraction:
        known = self._durations.get(item.node.start)
        if known is None:
            known = self._durations[item.node.start] = self._measured(item, name)
        return known

    def _measured(self, item: JsonObject, name: str) -> Fraction:
        if name == "Transition":
            return _NOWHERE
        window = _written_range(item) if name == "Clip" else stretch(item, "source_range")
        if window is not None:
            return window.duration
        if name not in ("Track", "Stack"):
            return _NOWHERE
        quiet = Findings()
        children = [(child, schema_name(child, quiet)) for child in item.objects("children")]
        spans = [self._duration(child, kind) for child, kind in children]
        if name == "Stack":
            return max(spans, default=_NOWHERE)
        return sum(spans, _NOWHERE) + _loose_ends(children)


def _framed(frame: _Frame, window: Stretch | None, length: Fraction) -> _Frame:
    """The frame inside a track's window.

    OTIO's EDL reader writes the record timecode as a negative window that shows nothing of the
    track; a window like that only moves the track.
    """
    if window is not None and (window.stop <= 0 or window.start >= length):
        return frame.at(-window.start)
    return frame.inside(window, nested=frame.nested)


def _loose_ends(children: list[tuple[JsonObject, str]]) -> Fraction:
    """What a transition at either end of a track adds to its length."""
    extra = _NOWHERE
    if children and children[0][1] == "Transition":
        before = moment(children[0][0], "in_offset")
        extra += before.seconds if before else _NOWHERE
    if children and children[-1][1] == "Transition":
        after = moment(children[-1][0], "out_offset")
        extra += after.seconds if after else _NOWHERE
    return extra


def _written_range(clip: JsonObject) -> Stretch | None:
    own = stretch(clip, "source_range")
    if own is not None:
        return own
    reference = active_reference(clip).reference
    return stretch(reference, "available_range") if reference is not None else None


def _nested(frame: _Frame) -> _Frame:
    return _Frame(frame.origin, frame.begin, frame.end, nested=True)


def _is_video(track: JsonObject) -> bool:
    return (track.string("kind") or "Video").lower() == "video"
