"""Painting on a UHD document through a session: strokes, undo, and when a stroke is in the file."""

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from tests.bench.figure import Figure
from tests.session_parts import make_plate, studio_in
from void_studio.app.demo.footage import FIRST_FRAME
from void_studio.app.session import Painting, StrokeLives
from void_studio.core import Extent, FrameRange, Rect

__all__ = ["figures"]

COMMAND = "python -m tests.bench painting"
UHD = Extent(3840, 2160)
FRAMES = FrameRange(FIRST_FRAME, 12)
STROKES = 200
POINTS = 30


def figures() -> Iterator[Figure]:
    """Milliseconds on the session's thread, 95 of 100 at most; 200 strokes on one frame."""
    with tempfile.TemporaryDirectory() as name, studio_in(Path(name) / "state") as studio:
        session = studio.open(make_plate(Path(name) / "plate.mov", UHD, FRAMES))
        assert session.shot is not None
        painting, document = session.shot.painting, session.shot.document
        session.view.brush_px = 120
        rng = np.random.default_rng(5)
        dabs: list[float] = []
        lifts: list[float] = []
        arrivals: list[float] = []
        for _ in range(STROKES):
            dabs += _stroke(painting, rng, lambda rect: document.values(session.view.frame, rect))
            lifts.append(_timed(painting.end))
            began = time.perf_counter()
            studio.settle()
            arrivals.append(time.perf_counter() - began)
        undo = [_timed(painting.undo) for _ in range(STROKES)]
        redo = [_timed(painting.redo) for _ in range(STROKES)]
        first, last = np.median(lifts[:20]) * 1e3, np.median(lifts[-20:]) * 1e3
        whole = [_timed(lambda: document.values(session.view.frame)) for _ in range(20)]
        session.view.stroke_lives = StrokeLives.ALL
        _stroke(painting, rng, lambda rect: None)
        all_frames = _timed(painting.end)
        studio.settle()
        undo_all = _timed(painting.undo)
    yield _figure("dab and its overlay values", dabs, 4)
    yield _figure("stroke end", lifts, 16)
    yield _figure("undo", undo, 16)
    yield _figure("redo", redo, 16)
    yield _figure("overlay values of a whole frame", whole, 16)
    yield _figure("stroke end, living on all frames", [all_frames], 16)
    yield _figure("undo on all 12 frames", [undo_all], 16)
    yield _figure("from pen lift to the file", arrivals, 50)
    slower = float(round(last - first, 2))
    name = "UHD painting: stroke end, the last 20 of 200 over the first 20"
    yield Figure(name, slower, "ms", "<= 2", slower <= 2, COMMAND)


def _stroke(
    painting: Painting, rng: np.random.Generator, look: Callable[[Rect], object]
) -> list[float]:
    x, y = rng.uniform(200, UHD.width - 200), rng.uniform(200, UHD.height - 200)
    painting.begin(x, y)
    spent = []
    for _ in range(POINTS):
        x, y = x + rng.uniform(-30, 40), y + rng.uniform(-30, 30)
        began = time.perf_counter()
        look(painting.move(x, y))
        spent.append(time.perf_counter() - began)
    return spent


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _figure(what: str, seconds: list[float], most_ms: float) -> Figure:
    value = round(float(np.percentile(seconds, 95)) * 1e3, 2)
    name = f"UHD painting: {what}, p95"
    return Figure(name, value, "ms", f"<= {most_ms:g}", value <= most_ms, COMMAND)
