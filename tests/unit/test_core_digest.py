"""The one digest of the house, and random ids."""

import pytest

from void_studio.core import (
    canonical_json,
    digest_bytes,
    digest_chunks,
    digest_json,
    is_digest,
    is_id,
    new_id,
)

EMPTY = "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"


def test_the_digest_is_blake3() -> None:
    assert digest_bytes(b"") == EMPTY


def test_chunks_have_the_digest_of_their_whole() -> None:
    assert digest_chunks([b"ab", b"", b"c"]) == digest_bytes(b"abc")


def test_equal_values_have_one_canonical_json() -> None:
    assert canonical_json({"b": 1, "a": "ü"}) == '{"a":"ü","b":1}'.encode()
    assert digest_json({"b": 1, "a": 2}) == digest_json({"a": 2, "b": 1})


def test_what_json_can_not_say_has_no_digest() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        digest_json({"a": float("nan")})


@pytest.mark.parametrize("text", ["", EMPTY[:-1], EMPTY.upper(), EMPTY + "\n", "../" + EMPTY, None])
def test_what_is_no_digest_never_becomes_a_file_name(text: object) -> None:
    assert is_digest(EMPTY)
    assert not is_digest(text)


def test_ids_are_all_different_and_recognised() -> None:
    ids = {new_id("job") for _ in range(100)}
    assert len(ids) == 100
    assert all(is_id(made) for made in ids)
    assert not any(is_id(text) for text in ("job", "job-12", "JOB-0123456789abcdef", 5))
