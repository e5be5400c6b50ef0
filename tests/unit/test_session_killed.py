"""A studio that is killed while it paints loses at most the stroke under the pen."""

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from tests.session_child import position
from tests.session_parts import SOURCE, make_cut, studio_in

KILLS = 10


def painted_until_killed(cut: Path, state: Path, seconds: float) -> int:
    """Let a studio paint for a while and kill it; the number of the stroke under the pen."""
    command = [sys.executable, "-m", "tests.session_child", cut, state]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        last = int(child.stdout.readline())
        time.sleep(seconds)
        child.kill()
        rest = child.stdout.read().split("\n")
    return max([last, *(int(line) for line in rest[:-1] if line)])


def killed_again_and_again(folder: Path, seed: int) -> None:
    """Ten kills of studios that go on painting on one project."""
    rng = np.random.default_rng(seed)
    folder.mkdir()
    cut = make_cut(folder)
    for seconds in rng.uniform(0, 0.25, KILLS):
        under_the_pen = painted_until_killed(cut, folder / "state", seconds)
        with studio_in(folder / "state") as studio:
            studio.open(cut)
            studio.choose(0)
            assert not studio.bad
            assert studio.session.read_only is None
            document = studio.session.shot.document
            matte = document.layers[0].matte(SOURCE.start) if document.layers else None
            for number in range(1, under_the_pen):
                x, y = position(number)
                assert matte[y, x], f"stroke {number} of {under_the_pen} is missing"
            steps = len(document.history.done)
            assert steps in (under_the_pen, under_the_pen + 1)
            for _ in range(min(steps, 3)):
                assert document.undo()
            for _ in range(min(steps, 3)):
                assert document.redo()


def test_ten_kills_lose_nothing_but_the_stroke_under_the_pen(tmp_path):
    killed_again_and_again(tmp_path / "1", 1)


@pytest.mark.soak
@pytest.mark.timeout(36000)
def test_many_kills_lose_nothing_but_the_stroke_under_the_pen(tmp_path):
    for seed in range(int(os.environ.get("SOAK_N", "200")) // KILLS):
        killed_again_and_again(tmp_path / str(seed), seed)
