"""Padding, windows, schedules and trimming of the VOID engine: numbers only."""

import subprocess
import sys
from itertools import pairwise

import pytest

from void_studio.core import UsageError
from void_studio.engine import complete_params
from void_studio.engine.void.cost import cost_of
from void_studio.engine.void.params import SPECS, VoidParams, check_steps, timesteps
from void_studio.engine.void.plan import CANVAS
from void_studio.engine.void.windows import (
    check_windows,
    latent_count,
    mirror_index,
    padded_length,
    plan_windows,
    trimmed,
)


@pytest.mark.parametrize(
    ("frames", "padded"), [(1, 85), (85, 85), (86, 93), (93, 93), (94, 101), (197, 197), (198, 205)]
)
def test_a_clip_is_padded_to_the_next_length_with_an_even_number_of_latents(frames, padded):
    assert padded_length(frames) == padded
    assert latent_count(padded) % 2 == 0


def test_padding_mirrors_the_clip_with_its_ends_repeated():
    assert [mirror_index(index, 3) for index in range(8)] == [0, 1, 2, 2, 1, 0, 0, 1]
    assert [mirror_index(index, 1) for index in range(3)] == [0, 0, 0]


@pytest.mark.parametrize(
    ("latents", "bounds"),
    [
        (22, [(0, 22)]),
        (24, [(0, 22), (18, 24)]),
        (26, [(0, 22), (18, 26)]),
        (50, [(0, 22), (18, 40), (36, 50)]),
    ],
)
def test_windows_share_four_latents_and_the_last_is_shorter(latents, bounds):
    assert [(window.begin, window.end) for window in plan_windows(latents)] == bounds


def test_windows_cover_any_length_in_even_parts():
    for frames in range(1, 1200, 7):
        latents = latent_count(padded_length(frames, 21))
        windows = plan_windows(latents, 21, 8)
        assert windows[0].begin == 0
        assert windows[-1].end == latents
        assert all(len(window) % 2 == 0 and len(window) > window.rise for window in windows)
        assert all(b.begin == a.end - 2 for a, b in pairwise(windows))


@pytest.mark.parametrize(
    ("window", "overlap", "hint"),
    [(84, 16, "use 77"), (4, 0, "use 5"), (85, 12, "use 16"), (21, 24, "use 16 or less")],
)
def test_a_size_that_can_not_work_is_refused_with_the_nearest_that_does(window, overlap, hint):
    with pytest.raises(UsageError, match=hint):
        check_windows(window, overlap)


def test_step_counts_that_run_past_the_schedules_end_are_refused():
    with pytest.raises(UsageError, match="use 60"):
        check_steps(61)
    assert timesteps(30).tolist()[:3] == [999, 966, 932]
    for steps in (1, 4, 30, 50, 1000):
        check_steps(steps)


def test_the_defaults_of_the_parameters_are_the_specs_own():
    assert VoidParams.of(complete_params(SPECS, {})) == VoidParams()


def test_frames_far_from_anything_to_fill_are_trimmed():
    masked = [40 <= frame < 50 for frame in range(300)]
    assert trimmed(masked, 21) == range(19, 71)
    assert trimmed(masked, 85) == range(135)
    assert trimmed([False] * 4) == range(0)


def test_a_render_of_the_full_model_costs_what_was_counted_by_hand():
    one = cost_of(85, CANVAS, VoidParams())
    assert (one.padded, one.windows) == (85, 1)
    assert one.flop == pytest.approx(30 * 173.7e12 + 0.79e15, rel=0.01)
    long = cost_of(197, CANVAS, VoidParams())
    assert (long.padded, long.windows) == (197, 3)
    assert long.flop == pytest.approx(30 * 444.1e12 + 1.83e15, rel=0.01)
    both = cost_of(85, CANVAS, VoidParams(passes=2))
    assert both.flop - one.flop == pytest.approx(100 * 173.7e12 + (192 + 2 * 407) * 1e12, rel=0.01)


def test_the_studio_learns_of_plans_and_parameters_without_torch():
    code = (
        "import sys, void_studio.engine, void_studio.engine.void.plan,"
        " void_studio.engine.void.params, void_studio.engine.void.windows,"
        " void_studio.engine.void.cost;"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
