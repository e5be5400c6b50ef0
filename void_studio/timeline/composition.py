"""The walk over tracks and stacks: every video clip with its place in the cut, in exact seconds.

Positions follow OTIO: an item lasts as long as its `source_range` (else its media or children),
a track plays its items one after the other, transitions overlap them and take no time, and a
`source_range` on a track or stack is a window that trims what is inside.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from void_studio.core import BadInput
from void_studio.timeline.json_view import JsonObject
from void_studio.timeline.model import TrackRef
from void_studio.timeline.places import CUT, Compound, Place
from void_studio.timeline.references import active_reference, is_ours
from void_studio.timeline.retime import constant_speed
from void_studio.timeline.schema import Findings, schema_name
from void_studio.timeline.times import Moment, Stretch, moment, stretch

__all__ = ["Placed", "Spans", "Walk"]

_NOWHERE = Fraction(0)


class Spans(Enum):
    """What the duration of a retimed clip's source range counts: OTIO's reading, and the other."""

    RECORD = "record"
    MEDIA = "media"


@dataclass(frozen=True, slots=True)
class Placed:
    """A clip item: `record` in the cut, of the `span` seconds that it would last untrimmed.

    `cut_head` is what windows around it hide of its start; `shown` is the part of it that is seen,
    with what transitions add, in record seconds from its start. `written` is its own source range,
    else its media's, None when the file says neither. `compounds` are those around it, the
    innermost last.
    """

    clip: JsonObject
    track: TrackRef
    record: Stretch
    cut_head: Fraction
    span: Fraction
    shown: tuple[Fraction, Fraction]
    written: Stretch | None
    compounds: tuple[Compound, ...]
    obstacle: str | None

    @property
    def is_trimmed(self) -> bool:
        """Whether a window around it hides a part."""
        return bool(self.cut_head) or self.record.duration != self.span

    @property
    def transition(self) -> bool:
        """Whether a transition shows more of it than its place in the cut."""
        tail = self.shown[1] - self.cut_head - self.record.duration
        return self.shown[0] < self.cut_head or tail > 0


@dataclass(frozen=True, slots=True)
class _Overlap:
    """The seconds before and after an item that transitions beside it show."""

    head: Fraction = _NOWHERE
    tail: Fraction = _NOWHERE


class Walk:
    """One reading of one file; `findings` counts what it met."""

    def __init__(self, spans: Spans = Spans.RECORD) -> None:
        self.findings = Findings()
        self._spans = spans
        self._durations: dict[int, Fraction] = {}

    def placed(self, root: JsonObject) -> Iterator[Placed]:
        """Every video clip below `root`: a timeline, collection, stack, track or a bare clip."""
        name = schema_name(root, self.findings)
        if name == "Timeline":
            tracks = root.object("tracks")
            if tracks is not None:
                yield from self.placed(tracks)
        elif name == "SerializableCollection":
            for child in root.objects("children"):
                yield from self.placed(child)
        elif name == "Track":
            yield from self._track(root, CUT, 0)
        elif name == "Stack":
            yield from self._stack(root, CUT.around(root), _Overlap())
        elif name == "Clip":
            yield self._clip(root, CUT, TrackRef(0, ""), _Overlap())
        else:
            raise BadInput("JSON, but not an OTIO timeline")

    def _stack(self, stack: JsonObject, place: Place, overlap: _Overlap) -> Iterator[Placed]:
        place = place.inside(self._window(stack, overlap), overlap.head, overlap.tail)
        index = 0
        for child in stack.objects("children"):
            name = schema_name(child, self.findings)
            if name == "Track":
                if not _is_video(child) or is_ours(child):
                    continue
                yield from self._track(child, place, index)
            elif name == "Stack":
                yield from self._stack(child, place.nested(child), _Overlap())
            elif name == "Clip":
                yield self._clip(child, place, TrackRef(index, ""), _Overlap())
            index += 1

    def _window(self, stack: JsonObject, overlap: _Overlap) -> Stretch | None:
        """The part of a stack that is played; all of it where only a transition widens it."""
        window = stretch(stack, "source_range")
        if window is not None or overlap == _Overlap():
            return window
        length = self.duration(stack, "Stack")
        return Stretch(_NOWHERE, length, Fraction(1))

    def _track(self, track: JsonObject, place: Place, index: int) -> Iterator[Placed]:
        ref = TrackRef(index, track.string("name") or "")
        children = track.objects("children")
        names = [schema_name(child, self.findings) for child in children]
        spans = [self.duration(*pair) for pair in zip(children, names, strict=True)]
        window = stretch(track, "source_range")
        place = _framed(place.around(track), window, sum(spans, _NOWHERE))
        cursor = _NOWHERE
        for number, (child, name) in enumerate(zip(children, names, strict=True)):
            here, overlap = place.at(cursor), _overlap(children, names, number)
            if name == "Clip":
                yield self._clip(child, here, ref, overlap)
            elif name == "Stack":
                yield from self._stack(child, here.nested(child), overlap)
            elif name == "Track" and _is_video(child):
                yield from self._track(child, here.nested(child), index)
            cursor += spans[number]

    def _clip(self, clip: JsonObject, place: Place, track: TrackRef, overlap: _Overlap) -> Placed:
        written = _written_range(clip)
        span, origin = self.duration(clip, "Clip"), place.origin
        begin, end = place.cut.of(origin, origin + span)
        first, last = place.seen.of(origin - overlap.head, origin + span + overlap.tail)
        return Placed(
            clip=clip,
            track=track,
            record=Stretch(begin, end - begin, written.rate if written else Fraction(1)),
            cut_head=begin - origin,
            span=span,
            shown=(first - origin, last - origin),
            written=written,
            compounds=place.compounds,
            obstacle=place.obstacle,
        )

    def duration(self, item: JsonObject, name: str) -> Fraction:
        """How long an item of this schema name lasts in what holds it."""
        known = self._durations.get(item.node.start)
        if known is None:
            known = self._durations[item.node.start] = self._measured(item, name)
        return known

    def _measured(self, item: JsonObject, name: str) -> Fraction:
        if name == "Transition":
            return _NOWHERE
        window = _written_range(item) if name == "Clip" else stretch(item, "source_range")
        if window is not None:
            return self._span(item, window) if name == "Clip" else window.duration
        if name not in ("Track", "Stack"):
            return _NOWHERE
        quiet = Findings()
        children = [(child, schema_name(child, quiet)) for child in item.objects("children")]
        spans = [self.duration(child, kind) for child, kind in children]
        if name == "Stack":
            return max(spans, default=_NOWHERE)
        return sum(spans, _NOWHERE) + _loose_ends(children)

    def _span(self, clip: JsonObject, written: Stretch) -> Fraction:
        speed = constant_speed(clip) if self._spans is Spans.MEDIA else None
        return written.duration / abs(speed) if speed else written.duration


def _overlap(children: tuple[JsonObject, ...], names: list[str], number: int) -> _Overlap:
    head = tail = None
    if number and names[number - 1] == "Transition":
        head = moment(children[number - 1], "in_offset")
    if number + 1 < len(names) and names[number + 1] == "Transition":
        tail = moment(children[number + 1], "out_offset")
    if head is None and tail is None:
        return _Overlap()
    return _Overlap(_seconds(head), _seconds(tail))


def _seconds(offset: Moment | None) -> Fraction:
    return max(_NOWHERE, offset.seconds) if offset is not None else _NOWHERE


def _framed(place: Place, window: Stretch | None, length: Fraction) -> Place:
    """The place inside a track's window.

    OTIO's EDL reader writes the record timecode as a negative window that shows nothing of the
    track; a window like that only moves the track.
    """
    if window is not None and (window.stop <= 0 or window.start >= length):
        return place.at(-window.start)
    return place.inside(window)


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


def _is_video(track: JsonObject) -> bool:
    return (track.string("kind") or "Video").lower() == "video"
