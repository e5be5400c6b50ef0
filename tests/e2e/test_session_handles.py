"""Handles filled by a real worker, asked for by a session."""

from tests.guard import guarded
from tests.session_parts import FRAMES, SOURCE, make_cut, studio_in
from void_studio.quadmask import FrameState


def test_a_matte_is_carried_into_the_handles_as_one_step_and_only_once(tmp_path):
    cut = make_cut(tmp_path)
    with studio_in(tmp_path / "state") as studio, guarded():
        session = studio.open(cut)
        studio.choose(0)
        shot = session.shot
        for frame in SOURCE:
            session.view.frame = frame
            left = 5 + frame - FRAMES.start
            shot.painting.rectangle((left, 10), (left + 10, 20))
        steps = len(shot.document.history.done)
        shot.propagate_into_handles()
        studio.settle()
        assert not studio.bad
        handles = [frame for frame in shot.work if frame not in SOURCE]
        states = {shot.document.frame_state(frame) for frame in handles}
        assert states == {FrameState.PROPAGATED}
        assert len(shot.document.history.done) == steps + 1
        layer = shot.document.layers[0]
        assert layer.matte(FRAMES.start)[12:18, 7:13].all()
        shot.propagate_into_handles()
        studio.settle()
        assert "no empty frame" in studio.bad[-1]
        session.close()
