"""A cut of 10,000 clips, and a timeline of 50 MB: seconds, and memory for the second."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench.figure import Figure
from void_studio.app.demo.cut import CutItem, resolve_timeline
from void_studio.app.demo.footage import FIRST_FRAME, RATE
from void_studio.core import FrameRange
from void_studio.timeline import read_timeline

__all__ = ["figures"]

COMMAND = "python -m tests.bench long_cut"
CLIPS = 10_000
LARGE_BYTES = 50_000_000
TIMES_THE_FILE = 4
SPLICE = Path(__file__).with_name("splice_once.py")


def figures() -> Iterator[Figure]:
    """Import of many clips; splice of a large file in a process of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        long = _cut(folder / "long.otio", CLIPS)
        began = time.perf_counter()
        shots = len(read_timeline(long).shots)
        seconds = time.perf_counter() - began
        title = f"import of {shots} clips ({long.stat().st_size / 1e6:.0f} MB)"
        yield Figure(title, round(seconds, 2), "s", "<= 20", seconds <= 20, COMMAND)
        yield from _splice_figures(_large(folder / "large.otio", long))


def _splice_figures(path: Path) -> Iterator[Figure]:
    done = subprocess.run(
        [sys.executable, SPLICE, path], capture_output=True, check=True, text=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    size_bytes = path.stat().st_size
    title = f"splice of a timeline of {size_bytes / 1e6:.0f} MB"
    seconds, times = found["seconds"], found["added_bytes"] / size_bytes
    yield Figure(title, round(seconds, 2), "s", "<= 2", seconds <= 2, COMMAND)
    yield Figure(
        f"{title}: memory, import and splice, over that of the program",
        round(times, 2),
        "times the file",
        f"<= {TIMES_THE_FILE}",
        times <= TIMES_THE_FILE,
        COMMAND,
    )
    same = found["reverts"]
    yield Figure(f"{title}: bytes that differ after revert", int(not same), "", "0", same, COMMAND)


def _cut(path: Path, clips: int) -> Path:
    media = path.with_name("a.mov")
    available = FrameRange(FIRST_FRAME, 1_000_000)
    items = [CutItem(media, available, FrameRange(FIRST_FRAME + n * 50, 48)) for n in range(clips)]
    path.write_bytes(resolve_timeline(items, RATE, 86400))
    return path


def _large(path: Path, like: Path) -> Path:
    """A cut of at least LARGE_BYTES, of clips as in `like`."""
    per_clip = like.stat().st_size / CLIPS
    return _cut(path, int(LARGE_BYTES / per_clip) + 1)
