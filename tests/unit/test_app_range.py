"""What an engine is given for a part of a shot, and what is taken from the version."""

from dataclasses import replace

import numpy as np
import pytest

from tests.unit.version_parts import SMALL, noise_plate, published
from void_studio.app.asking import Asked, parse_seeds
from void_studio.app.clip_source import clip_source, sent_range
from void_studio.app.estimate import duration_text, estimate_of
from void_studio.app.kept_take import TakeRange, kept_frames, kept_quadmask
from void_studio.app.settings import RenderSettings
from void_studio.core import BadInput, Extent, FrameRange, Refused, UsageError
from void_studio.engine import EngineInfo, complete_params
from void_studio.engine.draft.params import SPECS as DRAFT
from void_studio.engine.draft.params import DraftParams
from void_studio.engine.void.params import SPECS as VOID
from void_studio.jobs import Rate
from void_studio.media import component_planes, open_plate
from void_studio.quadmask import KEEP, Quadmask, fill_of
from void_studio.versions import RangeOfTake, RenderRequest

CANVAS = Extent(672, 384)


def info(id_, specs=()):
    return EngineInfo(id_, id_, CANVAS, specs, "", "", False)


def test_void_gets_one_window_of_the_take_around_the_range():
    work, fresh = FrameRange.of(1000, 1399), FrameRange.of(1200, 1209)
    params = complete_params(VOID, {"window": 21})
    sent = sent_range(info("void", VOID), fresh, work, params)
    assert sent.from_take
    assert sent.clip == FrameRange.of(1179, 1230)
    assert sent.params == {"fresh_first": 21, "fresh_last": 30}
    near = sent_range(info("void", VOID), FrameRange.of(1003, 1003), work, params)
    assert near.clip == FrameRange.of(1000, 1024)
    assert near.params == {"fresh_first": 3, "fresh_last": 3}


def test_draft_gets_the_whole_work_range_and_fills_a_part():
    work, fresh = FrameRange.of(1000, 1009), FrameRange.of(1004, 1005)
    sent = sent_range(info("draft", DRAFT), fresh, work, {})
    assert (sent.from_take, sent.clip) == (False, work)
    assert sent.params == {"only_first": 4, "only_last": 5}


def test_an_engine_that_knows_no_ranges_is_refused():
    with pytest.raises(Refused, match="can not render a part of a shot"):
        sent_range(info("other"), FrameRange.of(1, 2), FrameRange.of(0, 9), {})


@pytest.mark.parametrize(("first", "last"), [(3, -1), (-1, 3), (5, 4)])
def test_a_range_of_draft_without_both_ends_is_refused(first, last):
    with pytest.raises(UsageError, match="are no range"):
        DraftParams.of(complete_params(DRAFT, {"only_first": first, "only_last": last}))


@pytest.fixture(scope="module", params=["yuv420p", "rgb24", "yuv422p10le"])
def version(request, tmp_path_factory):
    codec = "png" if request.param == "rgb24" else "ffv1"
    path = tmp_path_factory.mktemp("plate") / ("plate.mov" if codec == "png" else "plate.mkv")
    plate = noise_plate(path, request.param, SMALL, codec=codec)
    return plate, published(tmp_path_factory.mktemp("versions"), plate)


def alike(frame, other):
    pairs = zip(component_planes(frame), component_planes(other), strict=True)
    return all(np.array_equal(*pair) for pair in pairs)


def take_of(version, first=1, last=1):
    work = version.recipe.request.work_range
    return TakeRange(version, FrameRange.of(work.start + first, work.start + last))


def test_a_versions_frames_are_frames_of_its_plate(version):
    path, made = version
    work = made.recipe.request.work_range
    with (
        open_plate(path) as plate,
        open_plate(made.master) as master,
        kept_frames(made, plate.ref) as kept,
    ):
        for number in work:
            stored = master.ref.available_range.start + number - work.start
            frame = kept.frame(number)
            assert (frame.number, frame.layout) == (number, plate.ref.layout)
            assert alike(frame, master.read(stored))
            changed = component_planes(frame)[0] != component_planes(plate.read(number))[0]
            assert not (changed & ~kept.touched(number)).any()
            assert kept.touched(number).any()


def test_what_void_is_sent_is_the_take_around_the_plate(version):
    path, made = version
    take = take_of(made)
    work = made.recipe.request.work_range
    whole = Quadmask.of(work.start, SMALL, [np.zeros(SMALL.shape, np.uint8)] * len(work))
    given = kept_quadmask(take, whole)
    params = complete_params(VOID, {"window": 5, "overlap": 0})
    sent = sent_range(info("void", VOID), take.frames, work, params)
    with open_plate(path) as plate, clip_source(plate, given, take, sent) as (source, mask):
        assert mask.range == work
        with kept_frames(made, plate.ref) as kept:
            for number in work:
                fresh = number in take.frames
                expected = plate.read(number) if fresh else kept.frame(number)
                assert alike(source.read(number), expected)
                assert fill_of(mask.values(number)).any() == fresh
                assert fresh or (mask.values(number) == KEEP).all()


def test_a_version_whose_file_was_changed_gives_no_frames(version, tmp_path):
    path, made = version
    wrong = replace(made.recipe.master, digest="0" * 64)
    forged = replace(made, recipe=replace(made.recipe, master=wrong))
    with (
        open_plate(path) as plate,
        pytest.raises(BadInput, match="was published"),
        kept_frames(forged, plate.ref),
    ):
        pass


def test_a_request_for_a_range_comes_back_equal_and_one_without_is_as_before(version):
    request = version[1].recipe.request
    assert b"range_of_take" not in request.encode()
    frames = FrameRange(request.work_range.start, 2)
    part = RangeOfTake(frames, request.work_range, "/v/v001", "a" * 64, "b" * 64, "void", "1.0")
    whole = replace(request, range_of_take=part)
    assert RenderRequest.decode(whole.encode()) == whole
    assert (whole.clip_range, request.clip_range) == (part.clip, request.work_range)
    outside = replace(part, clip=FrameRange(frames.start + 1, 1))
    with pytest.raises(BadInput, match="not inside its clip"):
        RenderRequest.decode(replace(request, range_of_take=outside).encode())


def test_seeds_are_different_whole_numbers():
    assert parse_seeds("1,2,30") == (1, 2, 30)
    assert parse_seeds(None) == ()
    for text in ("", "1,,2", "1.5", "-1", "1,1", ",".join(map(str, range(65)))):
        with pytest.raises(UsageError):
            parse_seeds(text)


def test_seeds_make_settings_for_each_and_are_not_given_twice():
    settings = RenderSettings(engine="void", params=("steps=4",), prompt="x")
    asked = Asked(seeds=(7, 8))
    made = [each.params[-1] for each in asked.variants(info("void", VOID), settings)]
    assert made == ["seed=7", "seed=8"]
    with pytest.raises(UsageError, match="given twice"):
        list(asked.variants(info("void", VOID), replace(settings, params=("seed=1",))))


def test_time_is_taken_from_the_latest_job_of_the_kind():
    params = complete_params(VOID, {})
    variant = ", ".join(f"{name}={params[name]}" for name in ("plan", "tier"))
    first = Rate("void", "cuda:0", variant, CANVAS, 85, 6e15, 30.0, 0.5)
    small = replace(first, canvas=Extent(64, 64), seconds=300.0)
    other = replace(first, variant="plan=auto, tier=fast", seconds=3.0)
    masked = [True] * 85

    def seconds(*rates):
        return estimate_of("void", masked, CANVAS, params, rates).seconds

    assert seconds(first, small, other) == pytest.approx(30, rel=0.02)
    assert seconds(small) == pytest.approx(300, rel=0.02)
    assert seconds(other) is None
    line = estimate_of("void", masked, CANVAS, params, [first]).line()
    assert line == (
        "85 frames at 672x384, 85 with padding, 1 window, 30 steps, 6.00 PFLOP, about 30 s"
    )
    assert [duration_text(value) for value in (0.2, 119, 121, 7200)] == [
        "1 s",
        "119 s",
        "2 min",
        "120 min",
    ]
