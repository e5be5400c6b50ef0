"""What the checks beside the painting tell, at once and after looking at pixels."""

import numpy as np
import pytest

from tests.session_parts import EXTENT, make_cut, studio_in
from void_studio.app.session.checks import Check, Checker
from void_studio.quadmask import Role


@pytest.fixture
def studio(tmp_path):
    with studio_in(tmp_path / "state") as studio:
        studio.open(make_cut(tmp_path))
        studio.choose(0)
        yield studio


def painted(studio, sizes):
    shot = studio.session.shot
    layer = shot.document.add_layer("ball", Role.REMOVE)
    mattes = {}
    for frame, size in zip(shot.work, sizes, strict=False):
        mattes[frame] = np.zeros(EXTENT.shape, np.bool_)
        mattes[frame][:size, :size] = True
    shot.document.set_mattes(layer.id, mattes)
    return shot


def found(studio, *shots):
    checker, seen = Checker(studio.session.tasks), []
    checker.found.connect(seen.append)
    for shot in shots:
        checker.look(shot)
    studio.settle()
    return seen


def test_a_matte_over_most_of_the_frame_is_told_after_the_rest(studio):
    shot = painted(studio, [20, 96, 96, 20])
    quick, whole = found(studio, shot)
    first = shot.work.start
    span = f"{first + 1 + shot.numbering_offset}\N{EN DASH}{first + 2 + shot.numbering_offset}"
    assert set(whole) - set(quick) == {Check(f"Covers most of the frame on {span}", first + 1)}
    assert whole[: len(quick)] == quick


def test_an_object_too_small_for_the_model_is_told(studio):
    shot = painted(studio, [20, 20, 1])
    frame = shot.work.start + 2
    _, whole = found(studio, shot)
    told = f"on {frame + shot.numbering_offset}"
    assert [each.text for each in whole if each.frame == frame] == [
        f"Too small for the model {told}"
    ]


def test_an_ordinary_matte_adds_nothing(studio):
    quick, whole = found(studio, painted(studio, [20] * 40))
    assert quick == whole


def test_a_newer_look_is_answered_whole(studio):
    shot = painted(studio, [20, 96])
    seen = found(studio, shot, shot, shot)
    assert any("Covers most" in each.text for each in seen[-1])
