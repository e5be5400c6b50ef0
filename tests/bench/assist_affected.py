"""The offline suggestion on scenes that it was not tuned on: recall, precision, speed."""

import time
from collections.abc import Iterator

from tests.bench.figure import Figure
from tests.media.touches import Touch, TouchedScene
from tests.suggested import Found, searched, share_found, suggestions
from void_studio.core import Extent

__all__ = ["figures"]

COMMAND = "python -m tests.bench assist_affected"
EXTENT = Extent(480, 270)
FRAMES = 24
SEEDS = (11, 23, 37, 59, 83)


def figures() -> Iterator[Figure]:
    """Worst of five seeds for each touch, and the time to compare a frame."""
    for touch in Touch:
        worst, spent = _worst(touch)
        name = f"suggest-affected, {touch.value}"
        recall, precision = round(worst.recall, 3), round(worst.precision, 3)
        yield Figure(f"{name}: recall", recall, "", ">= 0.8", recall >= 0.8, COMMAND)
        yield Figure(f"{name}: precision", precision, "", ">= 0.5", precision >= 0.5, COMMAND)
        yield Figure(f"{name}: compare", round(spent * 1000, 1), "ms/frame", "", True, COMMAND)


def _worst(touch: Touch) -> tuple[Found, float]:
    found, spent = [], 0.0
    for seed in SEEDS:
        frames = list(searched(TouchedScene(EXTENT, FRAMES, seed, touch)))
        began = time.perf_counter()
        found.append(share_found(suggestions(frames)))
        spent += time.perf_counter() - began
    worst = Found(min(f.recall for f in found), min(f.precision for f in found))
    return worst, spent / (len(SEEDS) * FRAMES)
