"""Import of a long cut, and the splice of the largest real timeline."""

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.figure import Figure
from tests.bench.samples import sample_data
from void_studio.app.demo.cut import CutItem, resolve_timeline
from void_studio.app.demo.footage import FIRST_FRAME, RATE
from void_studio.core import FrameRange
from void_studio.timeline import (
    MediaVersion,
    Placement,
    Profile,
    Shot,
    conform,
    read_timeline,
    revert,
)

__all__ = ["figures"]

COMMAND = "python -m tests.bench timelines"
RUNS = 5


def figures() -> Iterator[Figure]:
    """Seconds, median of five runs."""
    with tempfile.TemporaryDirectory() as folder:
        yield _import_figure(Path(folder) / "long.otio", 1000)
    data = sample_data()
    if data is not None:
        largest = max((data / "otio").glob("*.otio"), key=lambda path: path.stat().st_size)
        yield from _splice_figures(largest)


def _import_figure(path: Path, clips: int) -> Figure:
    media = path.with_name("a.mov")
    available = FrameRange(FIRST_FRAME, 100_000)
    items = [CutItem(media, available, FrameRange(FIRST_FRAME + n * 50, 48)) for n in range(clips)]
    path.write_bytes(resolve_timeline(items, RATE, 86400))
    seconds = _seconds(lambda: read_timeline(path))
    name = f"import of {clips} clips ({path.stat().st_size / 1e6:.1f} MB)"
    return Figure(name, round(seconds, 3), "s", "<= 2", seconds <= 2, COMMAND)


def _splice_figures(path: Path) -> Iterator[Figure]:
    timeline = read_timeline(path)
    shot = next(shot for shot in timeline.shots if shot.refusal is None)
    versions = {shot.id: _version(shot)}

    def splice() -> bytes:
        return conform(
            timeline, versions, profile=Profile.CANONICAL, placement=Placement.REPLACE
        ).text

    text = splice()
    seconds = _seconds(splice)
    name = f"splice of the largest sample ({len(timeline.text) / 1e6:.2f} MB)"
    yield Figure(name, round(seconds * 1000, 2), "ms", "<= 2000", seconds <= 2, COMMAND)
    same = revert(text, where=path) == timeline.text
    yield Figure("bytes that differ after revert", int(not same), "", "0", same, COMMAND)


def _version(shot: Shot) -> MediaVersion:
    return MediaVersion(
        "void_v001", "a.mkv", Path("/v/a.mkv"), shot.source_range, shot.media.rate, None
    )


def _seconds(action: Callable[[], Any]) -> float:
    taken = []
    for _ in range(RUNS):
        began = time.perf_counter()
        action()
        taken.append(time.perf_counter() - began)
    return median(taken)
