"""A new top video track that carries the versions over an untouched cut."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from void_studio.core import FrameRange, Refused
from void_studio.timeline.json_style import Value, render, style_of
from void_studio.timeline.json_text import Node, read_document
from void_studio.timeline.json_view import JsonObject
from void_studio.timeline.model import Timeline
from void_studio.timeline.new_reference import Fitted, reference_name, reference_value
from void_studio.timeline.reader import OPENED
from void_studio.timeline.references import ACTIVE, DEFAULT_KEY, NAMESPACE, REFERENCE, REFERENCES
from void_studio.timeline.retime import time_effects
from void_studio.timeline.schema import Findings, schema_name
from void_studio.timeline.spelling import in_order_of
from void_studio.timeline.splice import Splice
from void_studio.timeline.times import moment, stretch

__all__ = ["added_tracks"]

_ITEM_KEYS = ("OTIO_SCHEMA", "metadata", "name", "source_range", "effects", "markers", "enabled")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a track goes: behind `after`, modelled on the track `model`.

    `offset` is the stack's own time at the start of the cut, in frames of the timeline.
    """

    after: Node
    model: JsonObject
    offset: int
    canonical: bool
    sha256: str


def added_tracks(
    timeline: Timeline, fits: Sequence[Fitted], *, canonical: bool, sha256: str
) -> list[Splice]:
    """One splice behind the last video track: a track for each version key, more on overlap."""
    place = _place(timeline, canonical=canonical, sha256=sha256)
    fits = [fit for fit in fits if fit.shot.record_range.duration]
    if not fits:
        raise Refused("the cut shows no frame of these shots", where=timeline.path)
    style = style_of(place.model)
    indent = style.indent.removesuffix(style.unit)
    lead = b"," + style.newline + indent if style.newline else style.comma
    text = b""
    for key in sorted({fit.version.key for fit in fits}):
        lanes = _lanes(fit for fit in fits if fit.version.key == key)
        for number, lane in enumerate(lanes, start=1):
            name = f"VOID {key.removeprefix('void_')}" + (f" {number}" if number > 1 else "")
            text += lead + render(_track(timeline, lane, place, name), style, indent)
    return [Splice(place.after.stop, place.after.stop, text)]


def _place(timeline: Timeline, *, canonical: bool, sha256: str) -> _Place:
    text = timeline.text
    root = JsonObject(text, read_document(text, OPENED, where=timeline.path))
    quiet = Findings()
    stack = root.object("tracks") if root.member("tracks") is not None else root
    if stack is None or schema_name(stack, quiet) != "Stack":
        raise Refused("a track can only be added to a timeline", where=timeline.path)
    window = stretch(stack, "source_range")
    offset = round(window.start * timeline.rate) if window is not None else 0
    tracks = [
        track
        for track in stack.objects("children")
        if schema_name(track, quiet) == "Track"
        and (track.string("kind") or "Video").lower() == "video"
    ]
    if not tracks:
        raise Refused("there is no video track to stand on", where=timeline.path)
    return _Place(tracks[-1].node, tracks[-1], offset, canonical, sha256)


def _lanes(fits: Iterable[Fitted]) -> list[list[Fitted]]:
    """Shots in record order, those that overlap in a further lane."""
    lanes: list[list[Fitted]] = []
    for fit in sorted(fits, key=lambda each: each.shot.record_range):
        for lane in lanes:
            if lane[-1].shot.record_range.stop <= fit.shot.record_range.start:
                lane.append(fit)
                break
        else:
            lanes.append([fit])
    return lanes


def _track(timeline: Timeline, lane: list[Fitted], place: _Place, name: str) -> Mapping[str, Value]:
    spelling = lane[0].spelling
    children: list[Value] = []
    cursor = -place.offset
    for fit in lane:
        record = fit.shot.record_range
        if record.start > cursor:
            gap = FrameRange(0, record.start - cursor)
            children.append(_item("Gap.1", "", spelling.range(gap, timeline.rate)))
        children.append(_clip(timeline, fit, place))
        cursor = record.stop
    record_of_ours: Value = {
        NAMESPACE: {"schema_version": 1, "shots": [f.shot.id for f in lane], "sha256": place.sha256}
    }
    values: dict[str, Value] = {
        **_item("Track.1", name, None),
        "OTIO_SCHEMA": place.model.raw("OTIO_SCHEMA") or b'"Track.1"',
        "metadata": record_of_ours if place.canonical else {},
        "children": children,
        "kind": "Video",
    }
    order = in_order_of(place.model, (*_ITEM_KEYS, "children", "kind"))
    return {key: values[key] for key in order}


def _item(schema: str, name: str, source: Value) -> dict[str, Value]:
    values: tuple[Value, ...] = (schema, {}, name, source, [], [], True)
    return dict(zip(_ITEM_KEYS, values, strict=True))


def _clip(timeline: Timeline, fit: Fitted, place: _Place) -> Mapping[str, Value]:
    shift = 0 if place.canonical else fit.shift
    available = fit.available if place.canonical else fit.version.available_range
    reference = reference_value(fit, available, {}, in_place=False)
    source = _source(timeline, fit, shift)
    values = _item("Clip.2", reference_name(fit), source)
    values["effects"] = _time_effects(fit)
    if fit.clip.string("OTIO_SCHEMA") == "Clip.1":
        values |= {"OTIO_SCHEMA": "Clip.1", REFERENCE: reference}
    else:
        values |= {REFERENCES: {DEFAULT_KEY: reference}, ACTIVE: DEFAULT_KEY}
    order = in_order_of(fit.clip, tuple(values))
    return {key: values[key] for key in order}


def _time_effects(fit: Fitted) -> list[Value]:
    """The clip's speed changes as they are written: the version plays under the same ones."""
    text = fit.clip.text
    effects = time_effects(fit.clip, Findings())
    return [text[effect.node.start : effect.node.stop] for effect, _ in effects]


def _source(timeline: Timeline, fit: Fitted, shift: int) -> Value:
    """The clip's own source range, unless the cut shows only a part of it."""
    shot, trimmed = fit.shot, fit.shot.trimmed
    if trimmed is None:
        raise Refused(
            f"the cut shows a part of the speed ramp of shot {shot.id}, which no clip of its own"
            " can play",
            where=timeline.path,
            hint="put the version in place: --placement replace",
        )
    view = fit.clip.object("source_range")
    start = moment(view, "start_time") if view is not None else None
    moved = trimmed.start + Fraction(shift) / shot.media.rate
    if start is not None and (moved * start.rate).denominator == 1:
        return fit.spelling.stretch(moved * start.rate, trimmed.duration * start.rate, start.rate)
    rate = shot.media.rate
    return fit.spelling.stretch(moved * rate, trimmed.duration * rate, rate)
