"""The media references of a clip: which one is the plate's, and which ones we put there."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from void_studio.core import BadInput
from void_studio.timeline.json_text import Member, decode_string
from void_studio.timeline.json_view import JsonObject

__all__ = [
    "ACTIVE",
    "DEFAULT_KEY",
    "NAMESPACE",
    "OUR_KEY",
    "REFERENCE",
    "REFERENCES",
    "ActiveReference",
    "active_reference",
    "is_ours",
    "key_token",
    "our_members",
    "our_record",
    "plays_ours",
]

DEFAULT_KEY = "DEFAULT_MEDIA"
REFERENCES = "media_references"
REFERENCE = "media_reference"
ACTIVE = "active_media_reference_key"
NAMESPACE = "void_studio"

OUR_KEY = re.compile(r"void_v\d{1,9}")


@dataclass(frozen=True, slots=True)
class ActiveReference:
    """The plate's reference of a clip; None where the key leads nowhere (`dangling`) or to null."""

    key: str
    reference: JsonObject | None
    dangling: bool


def active_reference(clip: JsonObject) -> ActiveReference:
    """The reference that a clip plays; where that is one of our versions, the plate's instead."""
    if clip.member(REFERENCES) is None:
        return ActiveReference(DEFAULT_KEY, clip.object(REFERENCE), dangling=False)
    references = clip.object(REFERENCES)
    if references is None:
        return ActiveReference(DEFAULT_KEY, None, dangling=True)
    key = clip.string(ACTIVE) or DEFAULT_KEY
    ours = our_members(references)
    if key in {member.key for member in ours}:
        key = _plate_key(references, ours)
    dangling = references.member(key) is None
    return ActiveReference(key, references.object(key), dangling)


def plays_ours(clip: JsonObject) -> bool:
    """Whether the active reference of a clip is one of our versions."""
    references = clip.object(REFERENCES) if clip.member(REFERENCES) is not None else None
    if references is None:
        return False
    return clip.string(ACTIVE) in {member.key for member in our_members(references)}


def our_members(references: JsonObject) -> tuple[Member, ...]:
    """The members of `media_references` that we inserted, in the order of the file."""
    return tuple(
        member
        for member in references.members
        if OUR_KEY.fullmatch(member.key) and _is_our_value(references.text, member)
    )


def _is_our_value(text: bytes, member: Member) -> bool:
    opens = text.startswith(b"{", member.value.start)
    return opens and is_ours(JsonObject.at(text, member.value.start))


def is_ours(view: JsonObject) -> bool:
    """Whether this reference or track carries our record."""
    metadata = view.object("metadata")
    return metadata is not None and metadata.object(NAMESPACE) is not None


def our_record(view: JsonObject) -> JsonObject:
    """Our record in the metadata of a reference or track that is ours."""
    metadata = view.object("metadata")
    record = metadata.object(NAMESPACE) if metadata is not None else None
    if record is None:
        raise BadInput("one of our versions has lost its record")
    return record


def key_token(text: bytes, member: Member) -> bytes:
    """The key as it is written, quotes and escapes included."""
    head = text[member.start : member.value.start]
    return head[: head.rindex(b'"') + 1]


def _plate_key(references: JsonObject, ours: tuple[Member, ...]) -> str:
    record = our_record(JsonObject.at(references.text, ours[0].value.start))
    was = record.string("active")
    if was is not None and was.startswith('"'):
        try:
            return decode_string(was.encode())
        except json.JSONDecodeError:
            raise BadInput("the record of one of our versions is damaged") from None
    others = [member.key for member in references.members if member not in ours]
    return DEFAULT_KEY if DEFAULT_KEY in others or not others else others[0]
