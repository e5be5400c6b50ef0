"""JSON as text with places: where every key and value stands, so that a splice can keep the rest.

The grammar is RFC 8259 plus what OTIO's own files hold: a byte order mark, `Inf`, `Infinity`,
`NaN`. Positions are byte offsets into the file. Values that nobody asks about are skipped by
compiled patterns that still check their grammar, so a damaged file is found wherever it is damaged.
"""

from __future__ import annotations

import codecs
import json
import re
from dataclasses import dataclass

from void_studio.core import BadInput

__all__ = ["DEEPEST", "LARGEST_BYTES", "Member", "Node", "decode_string", "read", "read_document"]

LARGEST_BYTES = 512 * 1024 * 1024
DEEPEST = 200

_CHUNK = 1 << 20
_NEWLINE = b"\n"
_CLOSING = ord("}")
_WS = rb"[ \t\r\n]*+"
_STRING = rb'"(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+"'
_NUMBER = rb"-?(?:(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?|Inf(?:inity)?)|NaN"
_SCALAR = rb"(?:" + _STRING + rb"|" + _NUMBER + rb"|true|false|null)"
_KEY = _WS + _STRING + _WS + rb":" + _WS


def _members(value: bytes) -> bytes:
    comma = rb"(?:,(?=" + _WS + rb'")|(?=\}))'
    return rb"(?:" + _KEY + value + _WS + comma + rb")*+" + _WS


def _items(value: bytes) -> bytes:
    comma = rb"(?:,(?=" + _WS + rb"[^\]\s])|(?=\]))"
    return rb"(?:" + _WS + value + _WS + comma + rb")*+" + _WS


_FLAT = (
    rb"(?:" + _SCALAR + rb"|\{" + _members(_SCALAR) + rb"\}|\[" + _items(_SCALAR) + rb"\])"
)  # a scalar, or a container of scalars: most of an OTIO file, matched in one go
_IN_OBJECT = _members(_FLAT) + rb"(?:\}|" + _KEY + rb"[{\[])"
_IN_ARRAY = _items(_FLAT) + rb"[{\[\]]"
_NEXT_MEMBER = rb",(?=" + _WS + rb'")'
_NEXT_ITEM = rb",(?=" + _WS + rb"[^\]\s])"

_STEPS = {
    (ord("{"), False): re.compile(_IN_OBJECT),
    (ord("{"), True): re.compile(_WS + rb"(?:\}|" + _NEXT_MEMBER + _IN_OBJECT + rb")"),
    (ord("["), False): re.compile(_IN_ARRAY),
    (ord("["), True): re.compile(_WS + rb"(?:\]|" + _NEXT_ITEM + _IN_ARRAY + rb")"),
}
_FLAT_VALUE = re.compile(_FLAT)
_MEMBER = re.compile(
    _WS
    + rb"("
    + _STRING
    + rb")"
    + _WS
    + rb":"
    + _WS
    + rb"(?:("
    + _FLAT
    + rb")"
    + _WS
    + rb"([,}]))?"
)
_MEMBER_END = re.compile(_WS + rb"([,}])")
_BLANK = re.compile(_WS)
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Node:
    """A value at text[start:stop].

    `members` of an object and `items` of an array are None where they were not asked for.
    """

    start: int
    stop: int
    members: tuple[Member, ...] | None = None
    items: tuple[Node, ...] | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """One key of an object; `start` is the place of the key's opening quote."""

    key: str
    start: int
    value: Node


def read_document(text: bytes, opened: frozenset[str], *, where: object = "") -> Node:
    """The root of a whole file. Raises BadInput when it is not well-formed UTF-8 JSON."""
    _check_utf8(text, where)
    start = 3 if text.startswith(codecs.BOM_UTF8) else 0
    start = _after_blank(text, start)
    if start == len(text):
        raise BadInput("the file is empty", where=where, hint="export the timeline again")
    try:
        root = read(text, start, opened)
        if _after_blank(text, root.stop) != len(text):
            raise _broken(text, root.stop)
    except BadInput as error:
        raise BadInput(error.what, where=where, hint="export the timeline again") from None
    return root


def read(text: bytes, start: int, opened: frozenset[str] = frozenset(), *, depth: int = 0) -> Node:
    """The value at `start`; what stands under a key in `opened` is read too, the rest skipped.

    The outermost object or array is always opened. Raises BadInput for broken text and for more
    than DEEPEST levels.
    """
    _check_depth(text, start, depth)
    if text[start : start + 1] == b"{":
        return _read_object(text, start, opened, depth)
    if text[start : start + 1] == b"[":
        return _read_array(text, start, opened, depth)
    return Node(start, _skip(text, start, depth))


def _read_object(text: bytes, start: int, opened: frozenset[str], depth: int) -> Node:
    position = _after_blank(text, start + 1)
    if text[position : position + 1] == b"}":
        return Node(start, position + 1, members=())
    members: list[Member] = []
    while True:
        head = _MEMBER.match(text, position)
        if head is None:
            raise _broken(text, position)
        key, end = decode_string(head[1]), head
        if head[2] is not None and key not in opened:
            value = Node(*head.span(2))
        else:
            value = _read_value(text, head, opened if key in opened else None, depth + 1)
            found = _MEMBER_END.match(text, value.stop)
            if found is None:
                raise _broken(text, value.stop)
            end = found
        members.append(Member(key, head.start(1), value))
        position = end.end()
        if text[position - 1] == _CLOSING:
            return Node(start, position, members=tuple(members))


def _read_value(
    text: bytes, head: re.Match[bytes], opened: frozenset[str] | None, depth: int
) -> Node:
    start = head.start(2) if head[2] is not None else head.end()
    if opened is None:
        return Node(start, _skip(text, start, depth))
    return read(text, start, opened, depth=depth)


def _read_array(text: bytes, start: int, opened: frozenset[str], depth: int) -> Node:
    items: list[Node] = []
    position = _after_blank(text, start + 1)
    if text[position : position + 1] == b"]":
        return Node(start, position + 1, items=())
    while True:
        item = read(text, _after_blank(text, position), opened, depth=depth + 1)
        items.append(item)
        position = _after_blank(text, item.stop)
        if text[position : position + 1] == b"]":
            return Node(start, position + 1, items=tuple(items))
        if text[position : position + 1] != b",":
            raise _broken(text, position)
        position += 1


def _skip(text: bytes, start: int, depth: int) -> int:
    """Where the value at `start` ends."""
    flat = _FLAT_VALUE.match(text, start)
    if flat:
        return flat.end()
    if text[start : start + 1] not in (b"{", b"["):
        raise _broken(text, start)
    open_brackets = [text[start]]
    position, resumed = start + 1, False
    while open_brackets:
        step = _STEPS[open_brackets[-1], resumed].match(text, position)
        if step is None:
            raise _broken(text, position)
        position = step.end()
        resumed = text[position - 1] in b"}]"
        if resumed:
            open_brackets.pop()
        else:
            open_brackets.append(text[position - 1])
            _check_depth(text, position, depth + len(open_brackets))
    return position


def decode_string(token: bytes) -> str:
    """The text of a string token; a lone surrogate, which no file name can hold, becomes U+FFFD."""
    if b"\\" not in token:
        return token[1:-1].decode()
    text = json.loads(token)
    if not isinstance(text, str):
        raise BadInput("a text was expected")
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _after_blank(text: bytes, position: int) -> int:
    found = _BLANK.match(text, position)
    return found.end() if found else position


def _check_depth(text: bytes, position: int, depth: int) -> None:
    if depth > DEEPEST:
        raise BadInput(f"nested deeper than {DEEPEST} levels at {_line(text, position)}")


def _check_utf8(text: bytes, where: object) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for begin in range(0, len(text), _CHUNK):
            decoder.decode(text[begin : begin + _CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise BadInput(
            "not a text file in UTF-8, so not an OTIO timeline",
            where=where,
            hint="export the timeline as .otio",
        ) from None


def _broken(text: bytes, position: int) -> BadInput:
    if _after_blank(text, position) >= len(text):
        return BadInput("cut short: the JSON ends in the middle")
    return BadInput(f"not JSON at {_line(text, position)}")


def _line(text: bytes, position: int) -> str:
    return f"line {text.count(_NEWLINE, 0, position) + 1}"
