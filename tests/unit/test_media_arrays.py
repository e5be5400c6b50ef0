"""Pixel blobs: self-describing, equal for equal arrays, and hostile ones refused."""

import struct

import numpy as np
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from void_studio.core import BadInput, digest_bytes
from void_studio.media import LARGEST_ARRAY_BYTES, pack_array, unpack_array

HEADER = struct.Struct("<4sBBH3HH")


def blob_of(code: int, ndim: int, axes: tuple[int, int, int], data: bytes) -> bytes:
    header = HEADER.pack(b"VSA1", code, ndim, 0, *axes, 0)
    return header + zstandard.ZstdCompressor().compress(data)


@pytest.mark.parametrize("dtype", ["u1", "<u2", "<f2", "i1", "<f4", ">u2"])
@pytest.mark.parametrize("shape", [(7,), (3, 5), (4, 3, 2), (0, 3), (1, 1, 1), (65535,)])
def test_an_array_comes_back_as_it_was(dtype: str, shape: tuple[int, ...]) -> None:
    array = (np.arange(np.prod(shape)) % 100).reshape(shape).astype(dtype)
    found = unpack_array(pack_array(array))
    assert found.dtype == array.dtype.newbyteorder("<")
    assert np.array_equal(found, array)
    assert not found.flags.writeable


def test_the_blob_depends_on_values_and_not_on_memory_layout() -> None:
    array = np.arange(24, dtype=np.uint16).reshape(4, 6)
    strided = np.arange(48, dtype=np.uint16).reshape(4, 12)[:, ::2] // 2
    assert pack_array(array) == pack_array(np.asfortranarray(array))
    assert pack_array(array) == pack_array(strided.astype(np.uint16))
    assert pack_array(array) == pack_array(array.astype(">u2"))
    assert pack_array(array) != pack_array(array.reshape(6, 4))


def test_the_header_never_changes() -> None:
    blob = pack_array(np.array([[1, 2, 3]], np.uint16))
    assert blob[:16] == b"VSA1\x01\x02\x00\x00\x01\x00\x03\x00\x00\x00\x00\x00"
    assert digest_bytes(zstandard.ZstdDecompressor().decompress(blob[16:])) == digest_bytes(
        b"\x01\x00\x02\x00\x03\x00"
    )


@pytest.mark.parametrize(
    "blob",
    [
        b"",
        b"VSA1",
        b"\x00" * 64,
        blob_of(9, 2, (2, 2, 0), bytes(4)),
        blob_of(0, 0, (0, 0, 0), b""),
        blob_of(0, 4, (2, 2, 1), bytes(4)),
        blob_of(0, 1, (4, 1, 0), bytes(4)),
        blob_of(0, 2, (2, 2, 0), bytes(5)),
        blob_of(0, 2, (2, 2, 0), bytes(3)),
        blob_of(0, 3, (65535, 65535, 65535), bytes(4)),
        blob_of(0, 3, (40000, 30000, 1), bytes(4)),
        blob_of(0, 2, (2, 2, 0), bytes(4))[:-3],
        blob_of(0, 2, (2, 2, 0), bytes(4))[:16] + b"not zstd at all",
    ],
)
def test_a_blob_that_we_did_not_make_is_refused(blob: bytes) -> None:
    with pytest.raises(BadInput, match="damaged"):
        unpack_array(blob)


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = zstandard.ZstdCompressor().compress(bytes(1 << 24))
    with pytest.raises(BadInput):
        unpack_array(HEADER.pack(b"VSA1", 0, 2, 0, 2, 2, 0, 0) + bomb)
    assert LARGEST_ARRAY_BYTES < 1 << 31


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 200), st.integers(0, 255))
def test_a_flipped_byte_is_refused_or_leaves_an_array(position: int, value: int) -> None:
    blob = bytearray(pack_array(np.arange(300, dtype=np.uint16).reshape(20, 15)))
    blob[position % len(blob)] = value
    try:
        found = unpack_array(bytes(blob))
    except BadInput:
        return
    assert found.nbytes == 600
