import json
import struct

import numpy as np
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from void_studio.core import BadInput, Extent, FrameRange
from void_studio.quadmask import (
    KeyedPolygon,
    QuadmaskDocument,
    Role,
    decode_document,
    encode_document,
)


def painted():
    document = QuadmaskDocument("shot-1", FrameRange(5, 4), Extent(33, 21))
    layer = document.add_layer("Glass", Role.REMOVE)
    document.begin_stroke(layer.id, 6).dab(12, 10, 5)
    document.set_shapes(layer.id, [KeyedPolygon.of({5: ((0, 0), (9, 0), (0, 9))})])
    document.lock(layer.id, [6])
    document.set_mattes(layer.id, {7: np.ones((21, 33), np.bool_)})
    document.undo()
    return document


GOOD = encode_document(painted())


def with_table(change):
    length = struct.unpack_from("<I", GOOD, 4)[0]
    table = json.loads(zstandard.ZstdDecompressor().decompress(GOOD[8 : 8 + length]))
    change(table)
    packed = zstandard.ZstdCompressor().compress(json.dumps(table).encode())
    return GOOD[:4] + struct.pack("<I", len(packed)) + packed + GOOD[8 + length :]


def test_a_table_written_again_unchanged_is_read():
    assert encode_document(decode_document(with_table(lambda table: None))) == GOOD


def test_bytes_cut_off_anywhere_are_refused():
    for length in range(len(GOOD)):
        with pytest.raises(BadInput):
            decode_document(GOOD[:length])
    with pytest.raises(BadInput):
        decode_document(GOOD + b"\0")


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_one_wrong_byte_is_refused_or_makes_no_difference(at, flip):
    data = bytearray(GOOD)
    data[at] ^= flip
    try:
        document = decode_document(bytes(data))
    except BadInput:
        return
    assert encode_document(document) == GOOD


@given(st.binary(max_size=200))
def test_foreign_bytes_are_refused(data):
    with pytest.raises(BadInput):
        decode_document(data)
    with pytest.raises(BadInput):
        decode_document(b"VSQ1" + data)


def _set(*path_and_value):
    *path, last, value = path_and_value

    def change(table):
        for step in path:
            table = table[step]
        table[last] = value

    return change


@pytest.mark.parametrize(
    "change",
    [
        _set("schema", "void_studio.quadmask_document.9"),
        _set("shot", 5),
        _set("range", [0, 10**9]),
        _set("range", [0, -1]),
        _set("range", [5.0, 4]),
        _set("extent", [1 << 20, 1 << 20]),
        _set("extent", [34, 21]),
        _set("extent", [0, 0]),
        _set("revision", True),
        _set("layers", 0, "head", -1),
        _set("layers", 0, "head", 99),
        _set("layers", 0, "frames", [[4, 0]]),
        _set("layers", 0, "frames", [[6, 99]]),
        _set("layers", 0, "frames", {"6": 0}),
        _set("heads", 0, "role", "keep"),
        _set("heads", 0, "colour", [0, 0]),
        _set("heads", 0, "colour", [0, 0, 256]),
        _set("heads", 0, "feather", 10**400),
        _set("heads", 0, "feather", -1),
        _set("heads", 0, "locked", [99]),
        _set("heads", 0, "visible", 1),
        _set("heads", 0, "shapes", [[[5, [[0, 0]]]]]),
        _set("heads", 0, "name", "x" * 5000),
        _set("done", 1, "atoms", 0, 2, [30, 0, 10, 10]),
        _set("done", 1, "atoms", 0, 2, [0, 0, 0, 0]),
        _set("done", 1, "atoms", 0, 2, [0, 0, 3, 3]),
        _set("done", 0, "before", None),
        _set("blobs", []),
        lambda table: table.pop("undone"),
        lambda table: table["layers"].append(table["layers"][0]),
    ],
)
def test_a_table_that_does_not_fit_is_refused(change):
    with pytest.raises(BadInput):
        decode_document(with_table(change))


def test_a_table_nested_without_end_is_refused():
    packed = zstandard.ZstdCompressor().compress(b"[" * 500_000)
    with pytest.raises(BadInput):
        decode_document(b"VSQ1" + struct.pack("<I", len(packed)) + packed)


def test_a_table_that_would_unpack_beyond_the_limit_is_refused_before_it_is():
    packed = zstandard.ZstdCompressor().compress(b" " * ((1 << 28) + 1))
    with pytest.raises(BadInput, match="beyond the limits"):
        decode_document(b"VSQ1" + struct.pack("<I", len(packed)) + packed)


def test_what_edits_share_is_stored_once():
    document = QuadmaskDocument("shot-1", FrameRange(0, 30), Extent(200, 200))
    layer = document.add_layer("Glass", Role.REMOVE)
    noise = np.random.default_rng(3).random((200, 200)) < 0.5
    for _ in range(5):
        document.set_mattes(layer.id, dict.fromkeys(document.range, noise))
        document.clear(layer.id)
    assert len(encode_document(document)) < 3 * 200 * 200 // 8
