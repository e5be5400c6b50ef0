"""UHD lime end to end: master and one delivery, with the memory of studio and worker."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from tests.bench.figure import Figure
from tests.bench.samples import sample_data
from void_studio.app.demo.cut import CutItem, resolve_timeline
from void_studio.core import FrameRange

__all__ = ["figures"]

COMMAND = "python -m tests.bench uhd"
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


def figures() -> Iterator[Figure]:
    """Seconds and peak resident memory of one render; nothing without the sample clips."""
    data = sample_data()
    if data is None:
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        value, seconds, peak = _render(folder, data / "clips" / "lime")
        outside = value["versions"][0]["outside_samples_changed"]
        for stage, taken in value["versions"][0]["stages_s"].items():
            yield Figure(f"UHD lime: {stage}", taken, "s", "", True, COMMAND)
    yield Figure("UHD lime: end to end", round(seconds, 1), "s", "<= 90", seconds <= 90, COMMAND)
    gigabytes = round(peak / 1e9, 2)
    name = "UHD lime: peak resident memory, studio and worker together"
    yield Figure(name, gigabytes, "GB", "<= 2", peak <= 2e9, COMMAND)
    yield Figure("UHD lime: samples outside", outside, "", "0", outside == 0, COMMAND)


def _render(folder: Path, clip: Path) -> tuple[dict[str, list[dict[str, object]]], float, int]:
    plate = folder / "plate.mp4"
    shutil.copy(clip / "input_video.mp4", plate)
    frames = FrameRange(0, 46)
    cut = folder / "cut.otio"
    cut.write_bytes(resolve_timeline([CutItem(plate, frames, frames)], Fraction(12), 0))
    studio = [sys.executable, "-m", "void_studio"]
    environment = {**os.environ, "VOID_STUDIO_STATE": str(folder / "state")}
    listed = subprocess.run(
        [*studio, "shots", cut, "--json"], capture_output=True, check=True, env=environment
    )
    shot = json.loads(listed.stdout)["shots"][0]["id"]
    words = ["render", cut, "--shot", shot, "--quadmask", clip / "quadmask_0.mp4", "--json"]
    began = time.perf_counter()
    with subprocess.Popen([*studio, *words], stdout=subprocess.PIPE, env=environment) as process:
        watch = _PeakMemory(folder / "state")
        output, _ = process.communicate()
        seconds = time.perf_counter() - began
        peak = watch.end()
    return json.loads(output), seconds, peak


class _PeakMemory:
    """Samples the resident memory of every process that was started with this state folder."""

    def __init__(self, state: Path) -> None:
        self._mark = f"VOID_STUDIO_STATE={state}".encode()
        self._peak = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()

    def end(self) -> int:
        """Stop, end the worker, and return the greatest sum seen, in bytes."""
        self._ended.set()
        self._thread.join()
        for pid in self._pids():
            os.kill(pid, 15)
        return self._peak

    def _sample(self) -> None:
        while not self._ended.wait(0.1):
            self._peak = max(self._peak, sum(map(_resident, self._pids())))

    def _pids(self) -> list[int]:
        return [
            int(entry.name)
            for entry in Path("/proc").iterdir()
            if entry.name.isdigit() and self._marked(entry)
        ]

    def _marked(self, entry: Path) -> bool:
        try:
            return self._mark in (entry / "environ").read_bytes().split(b"\0")
        except OSError:
            return False


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_BYTES
    except OSError:
        return 0
