"""Files with seeded damage of the kinds that disks, copies and hostile people do."""

from __future__ import annotations

import random
from collections.abc import Callable

__all__ = ["mutated"]

_HEAD = 2048
_WORDS = (b"\x00" * 4, b"\xff" * 4, b"\x7f\xff\xff\xff", b"\x80\x00\x00\x00", b"\x00\x00\x00\x01")


def mutated(data: bytes, seed: int) -> bytes:
    """`data` with one to three kinds of damage; equal seeds give equal bytes."""
    rng = random.Random(seed)  # noqa: S311 - seeded on purpose
    for _ in range(rng.randint(1, 3)):
        data = rng.choice(_KINDS)(bytearray(data), rng) or b"\x00"
    return data


def _flipped(data: bytearray, rng: random.Random) -> bytes:
    for _ in range(rng.choice((1, 4, 40))):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return bytes(data)


def _flipped_head(data: bytearray, rng: random.Random) -> bytes:
    for _ in range(rng.choice((1, 4, 16))):
        data[rng.randrange(min(_HEAD, len(data)))] = rng.randrange(256)
    return bytes(data)


def _flipped_tail(data: bytearray, rng: random.Random) -> bytes:
    for _ in range(rng.choice((1, 4, 16))):
        data[-1 - rng.randrange(min(_HEAD, len(data)))] = rng.randrange(256)
    return bytes(data)


def _extreme_word(data: bytearray, rng: random.Random) -> bytes:
    for _ in range(rng.choice((1, 3))):
        at = rng.randrange(len(data))
        data[at : at + 4] = rng.choice(_WORDS)[: len(data) - at]
    return bytes(data)


def _zeroed(data: bytearray, rng: random.Random) -> bytes:
    at, length = _span(data, rng)
    data[at : at + length] = bytes(length)
    return bytes(data)


def _truncated(data: bytearray, rng: random.Random) -> bytes:
    return bytes(data[: rng.randrange(len(data))])


def _without_part(data: bytearray, rng: random.Random) -> bytes:
    at, length = _span(data, rng)
    del data[at : at + length]
    return bytes(data)


def _with_noise(data: bytearray, rng: random.Random) -> bytes:
    at = rng.randrange(len(data))
    data[at:at] = rng.randbytes(rng.choice((1, 16, 4096)))
    return bytes(data)


def _doubled(data: bytearray, rng: random.Random) -> bytes:
    at, length = _span(data, rng)
    data[at:at] = data[at : at + length]
    return bytes(data)


def _span(data: bytearray, rng: random.Random) -> tuple[int, int]:
    at = rng.randrange(len(data))
    return at, min(rng.choice((1, 64, 1024, 8192)), len(data) - at)


_KINDS: tuple[Callable[[bytearray, random.Random], bytes], ...] = (
    _flipped,
    _flipped_head,
    _flipped_tail,
    _extreme_word,
    _zeroed,
    _truncated,
    _without_part,
    _with_noise,
    _doubled,
)
