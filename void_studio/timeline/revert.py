"""Our versions taken out of a canonical file again: the original bytes, from the file alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import pairwise

from void_studio.core import BadInput, CheckFailed
from void_studio.timeline.json_text import Member, Node, read_document
from void_studio.timeline.json_view import JsonObject
from void_studio.timeline.reader import OPENED
from void_studio.timeline.references import (
    ACTIVE,
    DEFAULT_KEY,
    NAMESPACE,
    REFERENCES,
    is_ours,
    key_token,
    our_members,
    our_record,
)
from void_studio.timeline.splice import Splice, spliced

__all__ = ["plain", "revert"]

_MARK = f'"{NAMESPACE}"'.encode()


def revert(text: bytes, *, where: object = "") -> bytes:
    """`text` without our versions and tracks, byte for byte as it was before the first of them.

    Raises CheckFailed when the file was edited since, so that this can not be had; a file without
    versions of ours comes back as it is.
    """
    result, recorded = plain(text, where=where)
    if recorded and hashlib.sha256(result).hexdigest() not in recorded:
        raise _edited(where)
    return result


def plain(text: bytes, *, where: object = "") -> tuple[bytes, frozenset[str]]:
    """The text without our versions, and the sha256 that they say it should have."""
    if _MARK not in text:
        return text, frozenset()
    splices: list[Splice] = []
    recorded: set[str] = set()
    try:
        for record, changes in _ours(text, read_document(text, OPENED, where=where)):
            splices += changes
            recorded.add(record.string("sha256") or "")
        return spliced(text, splices), frozenset(recorded)
    except (BadInput, ValueError):
        raise _edited(where) from None


def _edited(where: object) -> CheckFailed:
    return CheckFailed(
        "the file was edited since versions were put in, so taking them out does not give the"
        " original bytes",
        where=where,
        hint="take the original file, or remove the versions in the host",
    )


def _ours(text: bytes, root: Node) -> Iterator[tuple[JsonObject, list[Splice]]]:
    """Every record of ours with the splices that take out what it stands for."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        items = node.items or ()
        waiting += [child for child in items if text.find(_MARK, child.start, child.stop) >= 0]
        yield from _tracks(text, items)
        if node.members is None:
            continue
        waiting += [m.value for m in node.members if m.key in OPENED]
        yield from _references(JsonObject(text, node))


def _tracks(text: bytes, items: tuple[Node, ...]) -> Iterator[tuple[JsonObject, list[Splice]]]:
    for before, item in pairwise(items):
        if item.members is None or text.find(_MARK, item.start, item.stop) < 0:
            continue
        view = JsonObject(text, item)
        if is_ours(view):
            yield our_record(view), [Splice(before.stop, item.stop, b"")]


def _references(clip: JsonObject) -> Iterator[tuple[JsonObject, list[Splice]]]:
    references = clip.object(REFERENCES) if clip.member(REFERENCES) is not None else None
    ours = our_members(references) if references is not None else ()
    if references is None or not ours:
        return
    records = [our_record(JsonObject.at(clip.text, member.value.start)) for member in ours]
    first = records[0]
    splices = [_active_back(clip, first)]
    if first.string("schema") is not None:
        splices.append(_replaced(_known(clip, "OTIO_SCHEMA").value, first.string("schema")))
    if first.member("was") is not None:
        splices += _container_back(clip, first)
    elif first.member("key") is not None:
        splices += _unwrapped(clip, references, first)
    else:
        splices += [_without(references, member) for member in ours]
    yield first, splices
    for record in records[1:]:
        yield record, []


def _active_back(clip: JsonObject, record: JsonObject) -> Splice:
    was = record.string("active")
    if was is None:
        return _without(clip, _known(clip, ACTIVE))
    return _replaced(_known(clip, ACTIVE).value, was)


def _container_back(clip: JsonObject, record: JsonObject) -> list[Splice]:
    """The references as they were: another token, or no such member."""
    container = _known(clip, REFERENCES)
    was, key = record.string("was"), record.string("key")
    if was is None:
        return [_without(clip, container)]
    return [*_renamed(clip, container, key), _replaced(container.value, was)]


def _unwrapped(clip: JsonObject, references: JsonObject, record: JsonObject) -> list[Splice]:
    """The one reference of a Clip.1 out of the container that was put around it."""
    container, kept = _known(clip, REFERENCES), _known(references, DEFAULT_KEY)
    return [
        *_renamed(clip, container, record.string("key")),
        Splice(container.value.start, kept.value.start, b""),
        Splice(kept.value.stop, container.value.stop, b""),
    ]


def _renamed(clip: JsonObject, member: Member, key: str | None) -> list[Splice]:
    if key is None:
        return []
    end = member.start + len(key_token(clip.text, member))
    return [Splice(member.start, end, key.encode())]


def _without(owner: JsonObject, member: Member) -> Splice:
    """Take a member out with what separates it from the one before it."""
    place = owner.members.index(member)
    if place == 0:
        raise BadInput("our version has become the first of its clip")
    return Splice(owner.members[place - 1].value.stop, member.value.stop, b"")


def _replaced(node: Node, token: str | None) -> Splice:
    return Splice(node.start, node.stop, (token or "").encode())


def _known(view: JsonObject, key: str) -> Member:
    member = view.member(key)
    if member is None:
        raise BadInput(f"{key} is gone")
    return member
