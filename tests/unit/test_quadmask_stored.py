"""What a document keeps beside its bits, and what older studios wrote."""

import base64

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from void_studio.core import BadInput, Extent, FrameRange, Rect
from void_studio.quadmask import (
    BoxPrompt,
    ChangeKind,
    FrameState,
    KeyedPolygon,
    Origin,
    PointPrompt,
    QuadmaskDocument,
    Role,
    decode_change,
    decode_document,
    encode_change,
    encode_document,
)
from void_studio.quadmask.bits import compress_bits, expand_bits

EXTENT = Extent(37, 23)
FRAMES = FrameRange.of(1001, 1006)
FIRST_SCHEMA = base64.b85decode(
    b"R#Q<iz5xILD77#BWGn-P4FKjDOdwE4RR@}|Ymj;?A{}5+Vx(fOYDAkrVy2}a=om9Iy#_%5LI6PkZ%Oj^3yYAOWgP"
    b"}D<S^Q3X5i6Gx1mIZDUtEQSY(4$T&+~Y3o~3;qOgJ`Nb>edTj1gEQ`Q#6s#S<<r%^)jhl>=&Bq7QCz_6WS8FTGb>"
    b"T1y6ckl}3R^eW;YoA)H)*hR<MfOVp%r-#i4uU3W58jkb$M1_|h2OVa`|R4lA6yF%!7yc|kMn&!%^Dy26uwUp%i{J"
    b"aLOHjGb4>sp`h6E<)Dx2PdrBb`@b-?N^nKg|jD+6K&sP!3sj!>xGm<ru2aoM?n@AHtl@67Qs8UB0BbhKjVZ?AMAm"
    b"qbSr38Lt;q5SLhoN7jU6MWb5Rl+h?P?L{A~>5L)<6_RtpurtNT^Tr1TP>U0zwRe>^w`EgKaw)AnRO83E(c`VJK<^"
    b"JAzJ!-Wm#7yO-sJHZC$?_@+Ttn^*w;IT8tYIy%9?C<Vk|!pVRj<0Xe#!z~?OpsERJMbVfl8GDRnp4d~5SY#N6Ae$"
    b"M4RNZ<x!C&z@0)c^5j~ORV3M5E6%Eo+d;WKU=B7G>eFa01_odE!(0ssI3-~a#v`~Uy}{r~_0|9}7h|G)qMf8YQBK"
    b"kxtm5AXm02lxO00Pp|;004GLKpQBvFa015X#fBoALsl3|NsB}{(pynD77#BAXiNQ02u%O_yGVh0W1"
)


@pytest.fixture
def document():
    return QuadmaskDocument("shot-1", FRAMES, EXTENT)


@pytest.fixture
def layer(document):
    return document.add_layer("Glass", Role.REMOVE)


def noise(seed, share=0.4):
    return np.random.default_rng(seed).random(EXTENT.shape) < share


def test_a_document_of_the_first_schema_is_read_with_its_history():
    document = decode_document(FIRST_SCHEMA)
    assert document.pack().digest == (
        "b6fa2f65a141c77b5667241c42d77c0392d25bb5713aabc0a495d0d44c27afaf"
    )
    assert document.revision == 6
    assert document.redo()
    assert document.layers[0].matte(7).all()
    assert document.layers[0].origin(7) is Origin.PAINTED
    while document.undo():
        pass
    assert not document.layers
    assert encode_document(decode_document(encode_document(document))) == encode_document(document)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(FIRST_SCHEMA) - 1), st.integers(1, 255))
def test_a_wrong_byte_in_an_old_document_is_refused_or_makes_no_difference(at, flip):
    data = bytearray(FIRST_SCHEMA)
    data[at] ^= flip
    try:
        document = decode_document(bytes(data))
    except BadInput:
        return
    assert encode_document(document) == encode_document(decode_document(FIRST_SCHEMA))


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 300), st.integers(1, 200), st.integers(0, 2**16), st.sampled_from([0, 1, 2]))
def test_bits_come_back_as_they_were(width, height, seed, kind):
    extent = Extent(width, height)
    rng = np.random.default_rng(seed)
    matte = rng.random(extent.shape) < rng.random()
    if kind:
        matte = np.repeat(matte[:: kind * 9], kind * 9, axis=0)[:height]
    blob = compress_bits(matte)
    assert np.array_equal(expand_bits(blob, extent), matte)
    assert len(blob) <= 1 + -(-width * height // 8)
    if blob:
        with pytest.raises(BadInput):
            expand_bits(blob, Extent(width + 8, height))


def test_a_run_longer_than_a_length_can_say_is_split():
    extent = Extent(1024, 1024)
    matte = np.zeros(extent.shape, np.bool_)
    matte[-1, -1] = True
    blob = compress_bits(matte)
    assert len(blob) < 20
    assert np.array_equal(expand_bits(blob, extent), matte)


def test_what_was_propagated_is_known_until_a_person_paints_on_it(document, layer):
    document.set_mattes(layer.id, {1002: noise(1), 1003: noise(2)}, origin=Origin.PROPAGATED)
    assert document.state_of(layer.id, 1002) is FrameState.PROPAGATED
    document.begin_stroke(layer.id, 1002).dab(10, 10, 4)
    document.lock(layer.id, [1003])
    states = [document.state_of(layer.id, frame) for frame in (1001, 1002, 1003)]
    assert states == [FrameState.EMPTY, FrameState.PAINTED, FrameState.LOCKED]
    again = decode_document(encode_document(document))
    assert again.layers[0].origin(1003) is Origin.PROPAGATED
    again.undo()
    again.undo()
    assert again.state_of(layer.id, 1002) is FrameState.PROPAGATED
    again.redo()
    assert again.state_of(layer.id, 1002) is FrameState.PAINTED


def test_a_shape_is_keyed_at_its_keys_and_carried_between_them(document, layer):
    square = KeyedPolygon.of({1002: ((2, 2), (9, 2), (9, 9)), 1005: ((4, 4), (9, 4), (9, 9))})
    document.set_shapes(layer.id, [square])
    assert document.frame_state(1002) is FrameState.KEYED
    assert document.frame_state(1003) is FrameState.PROPAGATED


def test_a_locked_frame_without_anything_on_it_is_nothing_to_fill(document, layer):
    document.lock(layer.id, [1002])
    assert document.state_of(layer.id, 1002) is FrameState.LOCKED
    assert document.frame_state(1002) is FrameState.EMPTY


def test_prompts_are_undone_and_kept(document, layer):
    given_prompts = (PointPrompt(1002, 4.5, 6, positive=False), BoxPrompt(1003, 1, 2, 30, 20))
    document.set_prompts(layer.id, given_prompts)
    again = decode_document(encode_document(document))
    assert again.layers[0].prompts == given_prompts
    again.undo()
    assert again.layers[0].prompts == ()
    with pytest.raises(IndexError):
        document.set_prompts(layer.id, [PointPrompt(1, 0, 0)])


def test_values_are_those_of_the_quadmask_and_show_a_stroke_in_progress(document, layer):
    other = document.add_layer("Shadow", Role.AFFECTED)
    hidden = document.add_layer("Later", Role.REMOVE)
    document.set_matte(layer.id, 1002, noise(3))
    document.set_matte(other.id, 1002, noise(4))
    document.set_matte(hidden.id, 1002, noise(5))
    document.set_visible(hidden.id, visible=False)
    document.set_shapes(other.id, [KeyedPolygon.of({1002: ((2, 2), (9, 2), (9, 9))})])
    rect = Rect(3, 2, 11, 8)
    packed = document.pack().values(1002)
    assert np.array_equal(document.values(1002), packed)
    assert np.array_equal(document.values(1002, rect), packed[rect.slices])
    assert document.values(1002, Rect(3, 2, 0, 8)).shape == (8, 0)
    document.begin_stroke(layer.id, 1001).dab(25, 15, 3)
    assert document.values(1001)[15, 25] == 0
    assert document.values(1003).min() == document.pack().values(1003).min()


def test_a_snapshot_stays_as_it_was(document, layer):
    document.set_matte(layer.id, 1002, noise(3))
    snapshot = document.snapshot()
    digest = document.pack().digest
    document.set_matte(layer.id, 1002, noise(4))
    document.remove_layer(layer.id)
    assert snapshot.pack().digest == digest
    assert np.array_equal(snapshot.layer(layer.id).matte(1002), noise(3))
    assert snapshot.is_empty(1001)


def replayed(changes):
    again = QuadmaskDocument("shot-1", FRAMES, EXTENT)
    for change in changes:
        again.replay(decode_change(encode_change(change), FRAMES, EXTENT))
    return again


def test_changes_done_again_one_by_one_make_the_same_document(document):
    changes = []
    document.edited.connect(changes.append)
    layer = document.add_layer("Glass", Role.REMOVE)
    document.begin_stroke(layer.id, 1002).dab(10, 10, 4)
    document.set_prompts(layer.id, [PointPrompt(1002, 4, 4)])
    document.undo()
    document.undo()
    document.redo()
    document.set_mattes(layer.id, {1004: noise(1)}, origin=Origin.PROPAGATED)
    assert encode_document(replayed(changes)) == encode_document(document)


def atom_of(document, layer, frame, matte):
    from void_studio.quadmask import PaintAtom

    before = layer.rasters.blob(frame)
    return PaintAtom(layer.id, frame, EXTENT.rect, before, compress_bits(matte))


def test_frames_that_follow_a_stroke_join_its_step(document, layer):
    changes = []
    document.edited.connect(changes.append)
    document.set_matte(layer.id, 1001, noise(1))
    step = document.history.newest
    late = [atom_of(document, layer, frame, noise(frame)) for frame in (1002, 1003)]
    document.put_atoms(late, join=step)
    assert changes[-1].kind is ChangeKind.JOIN
    assert [document.frame_state(frame) for frame in FRAMES][:4] == [FrameState.PAINTED] * 3 + [
        FrameState.EMPTY
    ]
    document.undo()
    assert all(document.frame_state(frame) is FrameState.EMPTY for frame in FRAMES)
    document.redo()
    assert np.array_equal(layer.matte(1003), noise(1003))


def test_frames_that_come_after_another_step_are_a_step_of_their_own(document, layer):
    document.set_matte(layer.id, 1001, noise(1))
    step = document.history.newest
    document.set_matte(layer.id, 1002, noise(2))
    document.lock(layer.id, [1004])
    late = [atom_of(document, layer, frame, noise(frame)) for frame in (1003, 1004)]
    document.put_atoms(late, join=step)
    assert document.frame_state(1004) is FrameState.EMPTY
    document.undo()
    assert document.frame_state(1003) is FrameState.EMPTY
    assert document.frame_state(1002) is FrameState.PAINTED


def test_what_was_worked_out_for_another_state_of_a_frame_is_known(document, layer):
    late = [atom_of(document, layer, frame, noise(frame)) for frame in (1002, 1003)]
    document.set_matte(layer.id, 1003, noise(9))
    assert document.outdated(late) == (late[1],)


@pytest.mark.parametrize("revision", [0, 5])
def test_a_change_of_another_revision_is_not_replayed(document, layer, revision):
    changes = []
    document.edited.connect(changes.append)
    document.add_layer("Other", Role.REMOVE)
    fresh = QuadmaskDocument("shot-1", FRAMES, EXTENT, revision=revision)
    with pytest.raises(ValueError, match="a change of revision 2"):
        fresh.replay(changes[0])


def test_a_change_for_a_larger_plate_is_refused(document):
    changes = []
    document.edited.connect(changes.append)
    layer = document.add_layer("Glass", Role.REMOVE)
    document.set_matte(layer.id, 1002, noise(1))
    with pytest.raises(BadInput):
        decode_change(encode_change(changes[-1]), FRAMES, Extent(20, 20))
    with pytest.raises(BadInput):
        decode_change(encode_change(changes[-1]), FrameRange(0, 3), EXTENT)


def test_more_than_two_hundred_steps_can_be_undone(document, layer):
    for step in range(250):
        document.begin_stroke(layer.id, 1002).dab(step % 37, step % 23, 1)
        document.begin_stroke(layer.id, 1002).dab(step % 37, step % 23, 1, erase=True)
    document.rename(layer.id, "Ice")
    again = decode_document(encode_document(document))
    assert sum(1 for _ in iter(again.undo, False)) == 502


def test_two_hundred_steps_outlast_the_limit_and_older_ones_do_not():
    document = QuadmaskDocument("shot-1", FRAMES, EXTENT, 30_000)
    layer = document.add_layer("Glass", Role.REMOVE)
    for seed in range(300):
        document.set_matte(layer.id, 1002, noise(seed))
    assert len(document.history.done) == 200
    assert 30_000 < document.history.size_bytes <= 4 * 30_000


def test_bits_that_two_steps_have_in_common_count_once(document, layer):
    before = document.history.size_bytes
    document.set_matte(layer.id, 1002, noise(1))
    one = document.history.size_bytes - before
    document.set_matte(layer.id, 1003, noise(1))
    assert document.history.size_bytes - before - one < one / 1.5
    document.undo()
    document.undo()
    document.set_visible(layer.id, visible=False)
    document.undo()
    document.redo()
    again = decode_document(encode_document(document))
    assert again.history.size_bytes == document.history.size_bytes
