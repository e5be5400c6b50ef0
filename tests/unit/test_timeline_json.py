"""The parser that keeps places: the same values as the standard library, and errors in a line."""

import json
import random

import pytest

from void_studio.core import BadInput
from void_studio.timeline.json_text import DEEPEST, Node, read, read_document
from void_studio.timeline.json_view import JsonObject
from void_studio.timeline.splice import Splice, common_prefix, spliced


class _Every(frozenset[str]):
    """Opens every key."""

    def __contains__(self, key: object) -> bool:
        return True


def _value(text: bytes, node: Node) -> object:
    if node.members is not None:
        return {member.key: _value(text, member.value) for member in node.members}
    if node.items is not None:
        return [_value(text, item) for item in node.items]
    return json.loads(text[node.start : node.stop])


def _random_value(rng: random.Random, depth: int = 0) -> object:
    kind = rng.randrange(8 if depth < 5 else 5)
    scalars = (rng.uniform(-1e9, 1e9), rng.randrange(-99, 99), None, True, 'a"\\\n\u20ac\U0001f3ac')
    if kind < 5:
        return scalars[kind]
    if kind == 5:
        return [_random_value(rng, depth + 1) for _ in range(rng.randrange(4))]
    return {f"k{n}": _random_value(rng, depth + 1) for n in range(rng.randrange(4))}


@pytest.mark.parametrize("indent", [None, 2, "\t"])
def test_values_and_their_places_are_those_of_the_standard_library(
    indent: int | str | None,
) -> None:
    rng = random.Random(7)  # noqa: S311 - repeatable test data
    for _ in range(150):
        value = [_random_value(rng)]
        text = json.dumps(value, indent=indent, ensure_ascii=rng.random() < 0.5).encode()
        root = read_document(text, _Every())
        assert _value(text, root) == value
        assert (root.start, root.stop) == (0, len(text))
        assert read_document(text, frozenset()).stop == len(text)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"  \n",
        b"{",
        b'{"a"',
        b'{"a":',
        b'{"a":1',
        b'{"a":1,}',
        b'{"a" 1}',
        b"{a:1}",
        b"[1,]",
        b"[1 2]",
        b"[[1,]]",
        b'{"a":[{"b":[1}]}',
        b'{"a":{"b":{"c":01}}}',
        b'{"a":{"b":[{"c":1,}]}}',
        b'{"a":"\x01"}',
        b'{"a":"\\x"}',
        b'{"a":1} {"b":2}',
        b"{}x",
        b"\xff\xfe{\x00}\x00",
        b'{"a":"\xc3"}',
        b"nul",
        b"MZ\x90\x00",
    ],
)
def test_broken_text_is_refused_in_one_line(text: bytes) -> None:
    for opened in (frozenset[str](), _Every()):
        with pytest.raises(BadInput) as refusal:
            read_document(text, opened, where="cut.otio")
        assert "\n" not in refusal.value.line()
        assert refusal.value.line().startswith("cut.otio: ")


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[{"a":'])
def test_nesting_is_limited_without_exhausting_the_stack(opening: bytes) -> None:
    deep = opening * 100_000
    for opened in (frozenset[str](), _Every()):
        with pytest.raises(BadInput, match="nested deeper"):
            read_document(deep, opened)
    levels = DEEPEST - 1
    fine = b"[" * levels + b"1" + b"]" * levels
    assert read_document(fine, frozenset()).stop == len(fine)


def test_what_json_does_not_know_and_otio_writes_is_read() -> None:
    text = b'\xef\xbb\xbf {"a": Inf, "b": -Infinity, "c": NaN, "d": [-Inf, {"e": NaN}]} '
    root = read_document(text, _Every())
    assert [member.key for member in root.members or ()] == ["a", "b", "c", "d"]


def test_the_last_of_two_equal_keys_counts() -> None:
    view = JsonObject.at(b'{"a": 1, "b": 2, "a": 3}', 0)
    assert (view.number("a"), view.repeated_keys) == (3, 1)


def test_a_lone_surrogate_becomes_a_replacement_character() -> None:
    view = JsonObject.at(rb'{"a": "x\ud800y", "b": "\ud83c\udfac"}', 0)
    assert (view.string("a"), view.string("b")) == ("x\ufffdy", "\U0001f3ac")


@pytest.mark.parametrize(
    "token", [b'"x"', b"[]", b"{}", b"true", b"NaN", b"-Inf", b"1e999", b"9" * 999]
)
def test_a_number_that_is_none_is_refused_with_its_line(token: bytes) -> None:
    view = JsonObject(text := b'{\n"a": ' + token + b"}", read(text, 0))
    with pytest.raises(BadInput, match="a at line 2"):
        view.number("a")


def test_splices_change_only_what_they_name() -> None:
    text = b"0123456789"
    changes = [Splice(8, 9, b"H"), Splice(2, 4, b""), Splice(5, 5, b"a"), Splice(5, 5, b"b")]
    assert spliced(text, changes) == b"014ab567H9"
    with pytest.raises(ValueError, match="overlaps"):
        spliced(text, [Splice(0, 3, b""), Splice(2, 4, b"")])


@pytest.mark.parametrize("place", [0, 1, 65535, 65536, 65537, 199_999])
def test_the_first_difference_is_found_exactly(place: int) -> None:
    one = bytes(200_000)
    other = one[:place] + b"x" + one[place + 1 :]
    assert common_prefix(memoryview(one), memoryview(other)) == place
