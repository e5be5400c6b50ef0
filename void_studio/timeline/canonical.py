"""The canonical form: one more reference beside the plate's, and the active key moved to it."""

from __future__ import annotations

from collections.abc import Mapping

from void_studio.core import BadInput, Refused
from void_studio.timeline.json_style import (
    Style,
    Value,
    member_text,
    members_lead,
    quoted,
    render,
    style_of,
)
from void_studio.timeline.json_text import Member
from void_studio.timeline.json_view import JsonObject
from void_studio.timeline.new_reference import Fitted, reference_value
from void_studio.timeline.references import (
    ACTIVE,
    DEFAULT_KEY,
    NAMESPACE,
    REFERENCE,
    REFERENCES,
    key_token,
    our_members,
    our_record,
)
from void_studio.timeline.splice import Splice

__all__ = ["RECORD_SCHEMA", "added_reference"]

RECORD_SCHEMA = 1


def added_reference(fit: Fitted, sha256: str) -> list[Splice]:
    """The splices that add a version to its clip and make it the active one.

    The inserted reference's metadata holds what `revert` needs: the tokens that were replaced
    (absent ones as null) and `sha256`, that of the file without any of our versions.
    """
    references = _references(fit)
    if references is not None and references.member(fit.version.key) is not None:
        raise Refused(
            f"shot {fit.shot.id} has a {fit.version.key} already",
            hint="publish the result under the next number, or revert the timeline first",
        )
    if fit.clip.member(REFERENCE) is not None and fit.clip.member(REFERENCES) is None:
        return _upgraded(fit, sha256)
    if references is not None and references.members:
        return _appended(fit, references, sha256)
    return _filled(fit, sha256)


def _references(fit: Fitted) -> JsonObject | None:
    return fit.clip.object(REFERENCES) if fit.clip.member(REFERENCES) is not None else None


def _appended(fit: Fitted, references: JsonObject, sha256: str) -> list[Splice]:
    """Beside the references there are."""
    text, style = fit.clip.text, style_of(fit.clip)
    ours = our_members(references)
    undo: dict[str, Value] = {"active": _token(fit.clip, ACTIVE)}
    if ours:
        first = our_record(JsonObject.at(text, ours[0].value.start))
        undo = {"active": first.string("active")}
        undo |= {key: first.string(key) for key in ("schema", "key", "was") if first.member(key)}
    lead = members_lead(text, references.node, style)
    indent = lead.rpartition(b"\n")[2] if b"\n" in lead else b""
    end = references.members[-1].value.stop
    insertion = Splice(end, end, lead + _version(fit, undo, sha256, style, indent))
    return [insertion, _activated(fit, style, references.node.stop)]


def _filled(fit: Fitted, sha256: str) -> list[Splice]:
    """Into a clip whose references are null, empty or not there at all."""
    style, clip = style_of(fit.clip), fit.clip
    member = clip.member(REFERENCES)
    undo: dict[str, Value] = {"active": _token(clip, ACTIVE), "was": _token(clip, REFERENCES)}
    splices = _newer_clip(clip, undo)
    container = _container(fit, undo, sha256, style)
    if member is not None:
        end = member.value.stop
        splices.append(Splice(member.value.start, end, container))
    else:
        end = clip.members[-1].value.stop
        inserted = style.lead + quoted(REFERENCES) + style.colon + container
        splices.append(Splice(end, end, inserted))
    return [*splices, _activated(fit, style, end)]


def _newer_clip(clip: JsonObject, undo: dict[str, Value]) -> list[Splice]:
    """Clip.1 holds one reference only, so it has to become a Clip.2; `undo` keeps what it was."""
    schema = clip.member("OTIO_SCHEMA")
    if schema is None or clip.string("OTIO_SCHEMA") != "Clip.1":
        return []
    undo["schema"] = _token(clip, "OTIO_SCHEMA")
    return [Splice(schema.value.start, schema.value.stop, b'"Clip.2"')]


def _upgraded(fit: Fitted, sha256: str) -> list[Splice]:
    """The one reference of a Clip.1 into a container, its own text untouched."""
    clip, style = fit.clip, style_of(fit.clip)
    member = _single(clip)
    key = key_token(clip.text, member)
    undo: dict[str, Value] = {"active": _token(clip, ACTIVE), "key": key.decode()}
    splices = _newer_clip(clip, undo)
    splices.append(Splice(member.start, member.start + len(key), quoted(REFERENCES)))
    start, stop = member.value.start, member.value.stop
    if clip.object(REFERENCE) is None:
        undo["was"] = _token(clip, REFERENCE)
        splices.append(Splice(start, stop, _container(fit, undo, sha256, style)))
        return [*splices, _activated(fit, style, stop)]
    inner = style.indent + style.unit
    begin = style.newline + inner if style.newline else b""
    opening = b"{" + begin + quoted(DEFAULT_KEY) + style.colon
    lead = b"," + begin if style.newline else style.comma
    end = style.newline + style.indent + b"}" if style.newline else b"}"
    version = _version(fit, undo, sha256, style, inner)
    return [
        *splices,
        Splice(start, start, opening),
        Splice(stop, stop, lead + version + end),
        _activated(fit, style, stop),
    ]


def _single(clip: JsonObject) -> Member:
    member = clip.member(REFERENCE)
    if member is None:
        raise BadInput(f"a clip without {REFERENCE}")
    return member


def _container(fit: Fitted, undo: Mapping[str, Value], sha256: str, style: Style) -> bytes:
    reference = _reference(fit, undo, sha256)
    return render({fit.version.key: reference}, style, style.indent)


def _version(
    fit: Fitted, undo: Mapping[str, Value], sha256: str, style: Style, indent: bytes
) -> bytes:
    return member_text(fit.version.key, _reference(fit, undo, sha256), style, indent)


def _reference(fit: Fitted, undo: Mapping[str, Value], sha256: str) -> Mapping[str, Value]:
    record: dict[str, Value] = {"schema_version": RECORD_SCHEMA, "shot": fit.shot.id, **undo}
    record["sha256"] = sha256
    record["note"] = dict(fit.version.note)
    return reference_value(fit, fit.available, {NAMESPACE: record}, in_place=True)


def _activated(fit: Fitted, style: Style, otherwise: int) -> Splice:
    """The active key's value replaced; where there is no such key, the member at `otherwise`."""
    member: Member | None = fit.clip.member(ACTIVE)
    token = quoted(fit.version.key)
    if member is not None:
        return Splice(member.value.start, member.value.stop, token)
    return Splice(otherwise, otherwise, style.lead + quoted(ACTIVE) + style.colon + token)


def _token(clip: JsonObject, key: str) -> str | None:
    raw = clip.raw(key)
    return None if raw is None else raw.decode()
