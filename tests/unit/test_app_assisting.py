"""A session on a shot as a window uses it: plate pixels, locks, one undo step."""

import threading
from fractions import Fraction

import cv2
import numpy as np
import pytest

from void_studio.app.assisting import ShotSession, accept
from void_studio.assist import Box, Click, Direction, Edge, MattePrompt
from void_studio.assist.flow import FlowSegmenter
from void_studio.core import Extent, FrameRange, Rect, Refused, UsageError, WorkerLost
from void_studio.media import probe_plate, write_png
from void_studio.quadmask import QuadmaskDocument, Role

EXTENT = Extent(640, 360)
FRAMES = FrameRange(1001, 8)


def truth(frame):
    matte = np.zeros(EXTENT.shape, np.uint8)
    cv2.circle(matte, (200 + 12 * (frame - 1001), 180), 60, 1, -1)
    return matte > 0


@pytest.fixture(scope="module")
def plate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plate")
    rng = np.random.default_rng(2)
    wall = cv2.GaussianBlur(rng.integers(0, 255, (*EXTENT.shape, 3), np.uint8), (0, 0), 2)
    for frame in FRAMES:
        picture = (wall // 3 + 40).astype(np.uint8)
        stripes = 20 * np.sin(np.mgrid[: EXTENT.height, : EXTENT.width][1] / 5)[..., None]
        ball = (np.array([210, 80, 50]) + stripes).clip(0, 255).astype(np.uint8)
        picture[truth(frame)] = ball[truth(frame)]
        write_png(folder / f"wall.{frame}.png", picture)
    return probe_plate(folder / "wall.%04d.png", rate=Fraction(24))


@pytest.fixture
def session(plate):
    with_notes = ShotSession(FlowSegmenter(), plate, FRAMES, proxy_side=320)
    yield with_notes
    with_notes.close()


def overlap(first, second):
    return np.count_nonzero(first & second) / max(1, np.count_nonzero(first | second))


def test_prompts_and_mattes_are_of_plate_size(session):
    proposal = session.prompt("a", [Click(1004, 236, 180)])
    assert proposal.matte().shape == EXTENT.shape
    assert overlap(proposal.matte(), truth(1004)) > 0.97
    box = session.prompt("b", [Box(1001, Rect(130, 110, 140, 140))])
    assert overlap(box.matte(), truth(1001)) > 0.95


def test_edges_are_refined_on_plate_pixels(plate):
    found = {}
    for edge in (Edge.AS_IS, Edge.GUIDED):
        session = ShotSession(FlowSegmenter(), plate, FRAMES, proxy_side=80, edge=edge)
        found[edge] = overlap(session.prompt("a", [Click(1004, 236, 180)]).matte(), truth(1004))
        session.close()
    assert found[Edge.GUIDED] > found[Edge.AS_IS]


def test_accepted_proposals_are_one_step_that_leaves_locked_frames_alone(session):
    document = QuadmaskDocument("shot", FRAMES, EXTENT)
    layer = document.add_layer("ball", Role.REMOVE).id
    painted = np.zeros(EXTENT.shape, np.bool_)
    painted[:20, :20] = True
    document.set_matte(layer, 1002, painted)
    document.lock(layer, [1002])
    session.prompt(layer, [Click(1004, 236, 180)])
    proposals = list(session.propagate(FRAMES, Direction.BOTH))
    assert [one.frame for one in proposals] == [1004, 1005, 1006, 1007, 1008, 1003, 1002, 1001]
    steps = len(document.history.done)
    assert accept(document, layer, proposals) == (1002,)
    assert len(document.history.done) == steps + 1
    assert np.array_equal(document.layer(layer).matte(1002), painted)
    assert overlap(document.layer(layer).matte(1007), truth(1007)) > 0.85
    document.undo()
    assert not document.layer(layer).matte(1007).any()


def test_a_documents_locked_frames_are_prompts_and_are_never_proposed(session):
    document = QuadmaskDocument("shot", FRAMES, EXTENT)
    layer = document.add_layer("ball", Role.REMOVE).id
    document.set_matte(layer, 1003, truth(1003))
    document.lock(layer, [1003])
    session.follow_locks(document, layer)
    found = {one.frame: one for one in session.propagate(FRAMES, Direction.BOTH, layers=[layer])}
    assert found.keys() == set(FRAMES) - {1003}
    assert overlap(found[1006].matte(), truth(1006)) > 0.95
    with pytest.raises(Refused, match="frame 1003 is locked"):
        session.prompt(layer, [Click(1003, 224, 180)])
    document.unlock(layer, [1003])
    document.lock(layer, [1005])
    document.set_shapes(layer, [])
    session.follow_locks(document, layer)
    assert session.prompt(layer, [Click(1003, 224, 180)]).frame == 1003
    found = [one.frame for one in session.propagate(FRAMES, Direction.BOTH, layers=[layer])]
    assert 1005 not in found


def test_a_painted_matte_comes_back_to_the_pixel(session):
    painted = truth(1004)
    painted[::3, ::2] ^= True
    assert np.array_equal(session.prompt("a", [MattePrompt(1004, painted)]).matte(), painted)
    found = {one.frame: one for one in session.propagate(FRAMES, Direction.FORWARD)}
    assert np.array_equal(found[1004].matte(), painted)


def test_stop_from_another_thread_keeps_what_was_proposed(session):
    session.prompt("a", [Click(1004, 236, 180)])
    found = []
    for proposal in session.propagate(FRAMES, Direction.BOTH):
        found.append(proposal.frame)
        if len(found) == 2:
            stopping = threading.Thread(target=session.stop)
            stopping.start()
            stopping.join()
    assert found == [1004, 1005]
    assert len(list(session.propagate(FRAMES, Direction.BOTH))) == len(FRAMES)


def test_prompts_outside_the_plate_are_refused(session):
    with pytest.raises(UsageError, match="640x360"):
        session.prompt("a", [Click(1004, 640, 20)])
    with pytest.raises(UsageError, match="plate's size"):
        session.prompt("a", [MattePrompt(1004, np.ones((4, 4), np.bool_))])
    with pytest.raises(UsageError, match="has no prompt"):
        list(session.propagate(FRAMES, Direction.BOTH, layers=["nobody"]))


class Lossy:
    """The flow segmenter in a worker that is lost after some frames, some number of times."""

    id = "flow"

    def __init__(self, after, losses):
        self.after, self.losses, self.opened = after, losses, 0

    def open(self, source, frames, *, say):
        self.opened += 1
        return LossySession(self, FlowSegmenter().open(source, frames))


class LossySession:
    def __init__(self, owner, session):
        self._owner, self._session = owner, session

    def __getattr__(self, name):
        return getattr(self._session, name)

    def propagate(self, *order, **more):
        for done, proposal in enumerate(self._session.propagate(*order, **more)):
            if done == self._owner.after and self._owner.losses:
                self._owner.losses -= 1
                raise WorkerLost("as told")
            yield proposal


def test_a_lost_worker_is_taken_up_again_and_no_frame_comes_twice(plate):
    said = []
    lossy = Lossy(after=3, losses=1)
    session = ShotSession(lossy, plate, FRAMES, proxy_side=160, say=said.append)
    session.prompt("a", [Click(1004, 236, 180)])
    found = [one.frame for one in session.propagate(FRAMES, Direction.BOTH)]
    assert sorted(found) == list(FRAMES)
    assert lossy.opened == 2
    assert said == ["the worker was lost after 3 frames; the session is opened again"]
    session.close()


def test_a_worker_that_is_lost_for_good_is_told_after_the_finished_frames(plate):
    session = ShotSession(Lossy(after=3, losses=9), plate, FRAMES, proxy_side=160)
    session.prompt("a", [Click(1004, 236, 180)])
    found = []
    with pytest.raises(WorkerLost):
        found.extend(one.frame for one in session.propagate(FRAMES, Direction.BOTH))
    session.close()
