"""Segmenters: SAM 2's encoder and clicks, `flow` per frame, memory over a long shot.

SAM 2 has random weights of the real hiera-tiny sizes: they do not change what it costs.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np

from tests.bench.figure import Figure
from tests.unit.test_assist_flow_truth import FRAMES, Passing
from void_studio.assist import Click, Direction
from void_studio.assist.flow import FlowSegmenter
from void_studio.core import FrameRange

__all__ = ["figures"]

_COMMAND = "python -m tests.bench assist"
_LENGTHS = {"flow": (250, 5000), "sam2": (100, 700)}
_SIDE = (1024, 576)


def figures() -> Iterator[Figure]:
    """One figure after the other."""
    yield _flow()
    with suppress(ModuleNotFoundError):
        yield from _sam2()
    for segmenter, lengths in _LENGTHS.items():
        yield from _memory(segmenter, *lengths)


def _flow() -> Figure:
    scene = Passing(1)
    session = FlowSegmenter().open(scene, FRAMES)
    session.prompt([Click(1001, *scene.centre(1001))])
    began_s = time.perf_counter()
    count = len(list(session.propagate(FRAMES, Direction.FORWARD, cancelled=lambda: False)))
    spent_ms = (time.perf_counter() - began_s) / count * 1000
    return Figure("flow, 480x270 object of 100 px", spent_ms, "ms/frame", "", True, _COMMAND)


def _sam2() -> Iterator[Figure]:
    import torch

    from void_studio.assist.sam2.build import build_predictor
    from void_studio.assist.sam2.opening import open_session
    from void_studio.assist.sam2.package import PackageModel
    from void_studio.assist.sam2.sizes import Sizes

    torch.set_num_threads(1)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    with tempfile.TemporaryDirectory() as folder:
        checkpoint = Path(folder) / "tiny.pt"
        sizes = Sizes(96, 1, (1, 2, 7, 2), (5, 7, 9))
        torch.save({"model": build_predictor(sizes).state_dict()}, checkpoint)
        model = PackageModel(checkpoint, device, torch.float32)
    where = f"{device.type}, 1 thread"
    picture = np.random.default_rng(1).integers(0, 255, (*_SIDE[::-1], 3), np.uint8)
    model.encode(picture)
    times = [_timed(lambda: model.encode(picture)) for _ in range(3)]
    yield Figure(f"sam2 tiny 1024, encode, {where}", min(times), "ms", "", True, _COMMAND)
    session = open_session(model, "sam2", lambda _: picture, FrameRange(1, 10))
    session.prefetch(1)
    session.prompt([Click(1, 300, 200)])
    times = [_timed(lambda: session.prompt([Click(1, 310, 200)])) for _ in range(3)]
    least = min(times)
    target = "<= 100 ms on a GPU"
    ok = device.type == "cpu" or least <= 100
    yield Figure(f"sam2 tiny, click on a ready frame, {where}", least, "ms", target, ok, _COMMAND)


def _timed(action) -> float:
    began_s = time.perf_counter()
    action()
    return (time.perf_counter() - began_s) * 1000


def _memory(segmenter: str, short: int, long: int) -> Iterator[Figure]:
    """Peak memory of a process that follows an object through a long shot, less a short one's."""
    peaks = []
    for count in (short, long):
        command = [sys.executable, "-m", "tests.bench.assist_long", segmenter, str(count)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            return
        peaks.append(json.loads(done.stdout)["peak_mb"])
    grown = peaks[1] - peaks[0]
    name = f"memory of {segmenter} over {long} frames, grown since frame {short}"
    yield Figure(name, grown, "MB", "<= 64 MB", grown <= 64, _COMMAND)
