"""Any sequence of edits, undone, is the start, and, redone, the end; also after reopening."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from void_studio.core import Extent, FrameRange, Rect, Refused
from void_studio.quadmask import (
    KeyedPolygon,
    QuadmaskDocument,
    Role,
    decode_document,
    encode_document,
)

EXTENT = Extent(23, 17)
FRAMES = FrameRange.of(1001, 1004)

number = st.floats(-5, 30, width=32)
frame = st.integers(FRAMES.start, FRAMES.last)
chosen = st.sets(frame, min_size=1)
seed = st.integers(0, 2**16)
edit = st.one_of(
    st.tuples(st.just("stroke"), frame, st.lists(st.tuples(number, number, st.booleans()))),
    st.tuples(st.just("matte"), frame, seed),
    st.tuples(st.just("part"), frame, seed),
    st.tuples(st.just("mattes"), chosen, seed),
    st.tuples(st.just("clear"), chosen),
    st.tuples(st.just("lock"), chosen),
    st.tuples(st.just("unlock"), chosen),
    st.tuples(st.just("add")),
    st.tuples(st.just("remove")),
    st.tuples(st.just("move")),
    st.tuples(st.just("rename"), st.text(max_size=5)),
    st.tuples(st.just("role"), st.sampled_from(Role)),
    st.tuples(st.just("visible"), st.booleans()),
    st.tuples(st.just("feather"), st.floats(0, 9)),
    st.tuples(st.just("shape"), frame, st.tuples(number, number, number, number)),
    st.tuples(st.just("undo")),
    st.tuples(st.just("redo")),
)


def noise(number, extent=EXTENT):
    return np.random.default_rng(number).random(extent.shape) < 0.4


def apply(document, what, *values):
    if what in {"undo", "redo"}:
        getattr(document, what)()
    elif what == "add" or not document.layers:
        document.add_layer(f"Layer {document.revision}", Role.REMOVE)
    else:
        EDITS[what](document, document.layers[0].id, *values)


def paint(document, layer_id, frame, lines):
    stroke = document.begin_stroke(layer_id, frame)
    for x, y, erase in lines:
        stroke.line(x, y, x + 3, y - 2, 2.5, erase=erase)
    stroke.end()


def set_part(document, layer_id, frame, number):
    rect = Rect(3, 4, 7, 5)
    document.set_matte(layer_id, frame, noise(number, rect.extent), rect)


def set_shape(document, layer_id, frame, corner):
    x, y, dx, dy = corner
    points = ((x, y), (x + dx, y), (x, y + dy))
    document.set_shapes(layer_id, [KeyedPolygon.of({frame: points})])


def set_noise(document, layer_id, frames, number):
    document.set_mattes(layer_id, dict.fromkeys(frames, noise(number)))


EDITS = {
    "stroke": paint,
    "matte": lambda document, layer, frame, number: document.set_matte(layer, frame, noise(number)),
    "part": set_part,
    "mattes": set_noise,
    "shape": set_shape,
    "clear": QuadmaskDocument.clear,
    "lock": QuadmaskDocument.lock,
    "unlock": QuadmaskDocument.unlock,
    "remove": QuadmaskDocument.remove_layer,
    "move": lambda document, layer: document.move_layer(layer, len(document.layers)),
    "rename": QuadmaskDocument.rename,
    "role": QuadmaskDocument.set_role,
    "visible": lambda document, layer, visible: document.set_visible(layer, visible=visible),
    "feather": QuadmaskDocument.set_feather,
}


def state(document):
    """Everything a person can see or that goes into a file, as bytes."""
    layers = [
        (layer.head, [layer.matte(frame).tobytes() for frame in document.range])
        for layer in document.layers
    ]
    stored = [[layer.rasters.blob(frame) for frame in layer.rasters] for layer in document.layers]
    return layers, stored, document.pack().frames


def edited(edits):
    """A document, and its state before every edit that is an undo step, the last state at the end.

    Edits that a lock refuses change nothing; undo and redo are left out.
    """
    document = QuadmaskDocument("shot-1", FRAMES, EXTENT)
    states = [state(document)]
    for step in edits:
        before = document.revision
        try:
            apply(document, *step)
        except Refused:
            assert document.revision == before
        if document.revision != before:
            states.append(state(document))
    return document, states


plain = edit.filter(lambda step: step[0] not in {"undo", "redo"})


@settings(max_examples=60, deadline=None)
@given(st.lists(plain, max_size=12))
def test_undo_and_redo_go_through_the_very_same_states(edits):
    document, states = edited(edits)
    for expected in reversed(states[:-1]):
        assert document.undo()
        assert state(document) == expected
    assert not document.undo()
    for expected in states[1:]:
        assert document.redo()
        assert state(document) == expected
    assert not document.redo()


@settings(max_examples=60, deadline=None)
@given(st.lists(edit, max_size=12))
def test_a_document_is_the_same_after_encoding_and_undo_still_works(edits):
    document, _ = edited(edits)
    data = encode_document(document)
    again = decode_document(data)
    assert encode_document(again) == data
    assert (again.shot_id, again.range, again.extent) == ("shot-1", FRAMES, EXTENT)
    assert again.revision == document.revision
    while document.undo():
        assert again.undo()
        assert state(again) == state(document)
    while document.redo():
        assert again.redo()
        assert state(again) == state(document)


@settings(max_examples=60, deadline=None)
@given(
    chosen, st.lists(plain.filter(lambda step: step[0] not in {"unlock", "remove", "add", "move"}))
)
def test_no_edit_changes_the_matte_of_a_locked_frame(locked, edits):
    document = QuadmaskDocument("shot-1", FRAMES, EXTENT)
    layer = document.add_layer("Glass", Role.REMOVE)
    document.set_mattes(layer.id, {frame: noise(frame) for frame in FRAMES})
    document.lock(layer.id, locked)
    for step in edits:
        try:
            apply(document, *step)
        except Refused:
            continue
    assert all(np.array_equal(layer.matte(frame), noise(frame)) for frame in locked)
