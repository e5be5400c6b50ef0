"""`python -m tests.bench.assist_long flow|sam2 COUNT`: peak memory of following an object."""

from __future__ import annotations

import json
import resource
import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np

from void_studio.assist import Direction, MattePrompt, Segmenter
from void_studio.assist.flow import FlowSegmenter
from void_studio.core import FrameRange


def main(name: str, count: int) -> None:
    """Follow a ball through `count` small frames and print the process's peak memory."""
    frames = FrameRange(1, count)
    session = _segmenter(name).open(_picture, frames)
    session.prompt([MattePrompt(1, _ball(1))])
    for _ in session.propagate(frames, Direction.FORWARD, cancelled=lambda: False):
        pass
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"peak_mb": peak_mb}))


def _segmenter(name: str) -> Segmenter:
    if name == "flow":
        return FlowSegmenter()
    import torch

    from tests.tiny_sam2 import make_tiny_sam2
    from void_studio.assist.sam2.hugging import HuggingModel
    from void_studio.assist.sam2.opening import open_session

    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        _, weights = make_tiny_sam2(Path(folder))
        model = HuggingModel(weights, torch.device("cpu"), torch.float32)

    class Tiny:
        id = name

        def open(self, source, frames, *, say=print):
            return open_session(model, name, source, frames)

    return Tiny()


def _ball(frame: int) -> np.ndarray:
    centre = (48 + int(30 * np.sin(frame / 20)), 48)
    return cv2.circle(np.zeros((96, 96), np.uint8), centre, 12, 1, -1) > 0


def _picture(frame: int) -> np.ndarray:
    picture = np.full((96, 96, 3), (40, 60, 50), np.uint8)
    picture[::7] = 90
    picture[_ball(frame)] = (220, 90, 40)
    return picture


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
