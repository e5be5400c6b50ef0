"""The host form: one reference under DEFAULT_MEDIA, changed in its values only."""

from __future__ import annotations

from fractions import Fraction

from void_studio.timeline.json_style import Style, Value, quoted, render, style_of
from void_studio.timeline.json_text import Node
from void_studio.timeline.json_view import JsonObject
from void_studio.timeline.new_reference import (
    Fitted,
    is_external,
    reference_name,
    reference_value,
)
from void_studio.timeline.references import (
    ACTIVE,
    DEFAULT_KEY,
    REFERENCE,
    REFERENCES,
    active_reference,
    key_token,
)
from void_studio.timeline.spelling import number_token
from void_studio.timeline.splice import Splice, spliced
from void_studio.timeline.times import moment

__all__ = ["replaced_reference"]


def replaced_reference(fit: Fitted) -> list[Splice]:
    """The splices that make the version the only media of its clip."""
    return [*_media(fit), *_moved_source(fit)]


def _media(fit: Fitted) -> list[Splice]:
    clip, style = fit.clip, style_of(fit.clip)
    single = clip.member(REFERENCE)
    container = clip.member(REFERENCES)
    if container is None and single is not None:
        return _value_splices(fit, style, single.value, style.indent)
    if container is None:
        end = clip.members[-1].value.stop
        only = quoted(REFERENCES) + style.colon + _alone(fit, style)
        return [Splice(end, end, style.lead + only), *_default_key(clip, style, end)]
    references = clip.object(REFERENCES)
    active = active_reference(clip)
    kept = references.member(active.key) if references is not None else None
    switched = _default_key(clip, style, container.value.stop)
    if references is None or kept is None:
        whole = Splice(container.value.start, container.value.stop, _alone(fit, style))
        return [whole, *switched]
    inner = style.indent + style.unit
    inside = _value_splices(fit, style, kept.value, inner)
    if len(references.members) > 1:
        value = spliced(clip.text, inside, kept.value.start, kept.value.stop)
        whole = Splice(container.value.start, container.value.stop, _around(value, style))
        return [whole, *switched]
    if kept.key != DEFAULT_KEY:
        end = kept.start + len(key_token(clip.text, kept))
        inside.append(Splice(kept.start, end, quoted(DEFAULT_KEY)))
    return [*inside, *switched]


def _default_key(clip: JsonObject, style: Style, otherwise: int) -> list[Splice]:
    member = clip.member(ACTIVE)
    if member is None:
        added = style.lead + quoted(ACTIVE) + style.colon + quoted(DEFAULT_KEY)
        return [Splice(otherwise, otherwise, added)]
    if clip.string(ACTIVE) == DEFAULT_KEY:
        return []
    return [Splice(member.value.start, member.value.stop, quoted(DEFAULT_KEY))]


def _alone(fit: Fitted, style: Style) -> bytes:
    return _around(_rendered(fit, style, style.indent + style.unit), style)


def _around(value: bytes, style: Style) -> bytes:
    return render({DEFAULT_KEY: value}, style, style.indent)


def _rendered(fit: Fitted, style: Style, indent: bytes) -> bytes:
    metadata: Value = (fit.sibling.raw("metadata") if fit.sibling is not None else None) or {}
    value = reference_value(fit, fit.version.available_range, metadata, in_place=True)
    return render(value, style, indent)


def _value_splices(fit: Fitted, style: Style, node: Node, indent: bytes) -> list[Splice]:
    """Only url, name and range of a reference to a file; another kind is written anew."""
    sibling = fit.sibling
    times = _time_values(fit)
    url = sibling.member("target_url") if sibling is not None else None
    if sibling is None or url is None or times is None or not is_external(sibling):
        return [Splice(node.start, node.stop, _rendered(fit, style, indent))]
    splices = [Splice(url.value.start, url.value.stop, quoted(fit.url)), *times]
    name = sibling.member("name")
    if name is not None and sibling.string("name") != reference_name(fit):
        splices.append(Splice(name.value.start, name.value.stop, quoted(reference_name(fit))))
    return splices


def _time_values(fit: Fitted) -> list[Splice] | None:
    """The range's two numbers; None where its rate is another or a part of it is not there."""
    available = fit.sibling.object("available_range") if fit.sibling is not None else None
    if available is None:
        return None
    frames = fit.version.available_range
    splices = []
    for key, value in (("start_time", frames.start), ("duration", frames.duration)):
        time, written = available.object(key), moment(available, key)
        member = time.member("value") if time is not None else None
        if member is None or written is None or written.rate != fit.version.rate:
            return None
        splices.append(_number(fit, member.value, written.value, Fraction(value)))
    return [splice for splice in splices if splice is not None]


def _number(fit: Fitted, node: Node, old: Fraction, new: Fraction) -> Splice | None:
    if old == new:
        return None
    pointed = b"." in fit.clip.text[node.start : node.stop]
    return Splice(node.start, node.stop, number_token(new, pointed=pointed))


def _moved_source(fit: Fitted) -> list[Splice]:
    """The item's start in the version's numbering, where that is not the timeline's."""
    source = fit.clip.object("source_range")
    start = moment(source, "start_time") if source is not None else None
    time = source.object("start_time") if source is not None else None
    member = time.member("value") if time is not None else None
    if not fit.shift or start is None or member is None:
        return []
    moved = start.value + fit.shift * start.rate / fit.version.rate
    splice = _number(fit, member.value, start.value, moved)
    return [splice] if splice is not None else []
