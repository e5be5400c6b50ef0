"""Damaged movies and quadmasks are refused or worked on: no traceback, no hang, no crash."""

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.plates import moving_plate, square_quadmask
from tests.media.mutations import mutated
from tests.media.sounds import with_sound

CASES_BY_DEFAULT, CASES_OF_SOAK = 24, 300
HANG_S, SECOND_CHANCE_S = 10, 40
CODES = {0, 1, 2, 3, 6}


class Studio:
    """The child process; started again after it crashed or hung."""

    def __init__(self) -> None:
        self._start()
        self.ask(["--help"], 60)

    def ask(self, words: list[str], limit_s: float = HANG_S) -> dict[str, Any]:
        """The answer, or how it failed to come, under `lost`."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()
        try:
            line = self._lines.get(timeout=limit_s)
        except queue.Empty:
            self.close()
            self._start()
            return {"lost": f"no answer in {limit_s} s"}
        if not line:
            self.close()
            code = self._process.returncode
            self._start()
            return {"lost": f"the process ended with {code}"}
        answer = json.loads(line)
        assert isinstance(answer, dict)
        return answer

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()
        self._pump.join()

    def _start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.fuzz_child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._lines: queue.Queue[str] = queue.Queue()
        self._pump = threading.Thread(target=_pump, args=(self._process, self._lines))
        self._pump.start()


def _pump(process: "subprocess.Popen[str]", lines: "queue.Queue[str]") -> None:
    assert process.stdout is not None
    with process.stdout:
        for line in process.stdout:
            lines.put(line)
    lines.put("")


@pytest.fixture
def child() -> Iterator[Studio]:
    studio = Studio()
    yield studio
    studio.close()


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Movies of many kinds in `plates`, quadmasks in `quadmasks`."""
    folder = tmp_path_factory.mktemp("good")
    plates, quadmasks = folder / "plates", folder / "quadmasks"
    plates.mkdir()
    quadmasks.mkdir()
    tagged = {"timecode": "01:00:00:00"}
    moving_plate(plates / "ffv1.mkv")
    moving_plate(plates / "prores.mov", codec="prores", pixel_format="yuv422p10le", **tagged)
    moving_plate(plates / "v210.mov", codec="v210", pixel_format="yuv422p10le", **tagged)
    moving_plate(plates / "h264.mp4", codec="libx264", bframes=2, gop=4)
    moving_plate(plates / "hevc.mkv", codec="libx265", pixel_format="yuv420p10le")
    moving_plate(plates / "mjpeg.avi", codec="mjpeg", pixel_format="yuvj420p")
    moving_plate(plates / "mpeg2.ts", codec="mpeg2video")
    with_sound(plates / "h264.mp4", plates / "sound.mov", ("aac", "pcm_s16le"), seconds=0.3)
    square_quadmask(quadmasks / "ffv1.mkv")
    grey = {"codec": "libx264", "pixel_format": "yuv444p", "options": {"qp": "0"}}
    moving_plate(quadmasks / "h264.mp4", **grey)
    return folder


def _cases(good: Path, count: int) -> Iterator[tuple[int, Path]]:
    """Three damaged plates to each damaged quadmask."""
    plates = sorted((good / "plates").iterdir())
    quadmasks = sorted((good / "quadmasks").iterdir())
    for seed in range(count):
        kinds = quadmasks if seed % 4 == 3 else plates
        yield seed, kinds[seed // 4 % len(kinds)] if seed % 4 == 3 else kinds[seed % len(kinds)]


def _commands(good: Path, path: Path, out: Path) -> Iterator[list[str]]:
    plate, quadmask = good / "plates" / "ffv1.mkv", good / "quadmasks" / "ffv1.mkv"
    if path.parent.name == "quadmasks":
        yield ["quadmask", "check", str(path), "--plate", str(plate)]
        yield ["fill", str(plate), "--quadmask", str(path), "--out", str(out / "out.mkv")]
        return
    yield ["probe", str(path), "--json"]
    yield ["frame", str(path), "--index", "2", "--out", str(out / "frame.png")]
    yield ["fill", str(path), "--quadmask", str(quadmask), "--out", str(out / "out.mov")]


def _fault(answer: dict[str, Any], left: list[str]) -> str:
    """What is wrong with an answer, empty when nothing is; `left` are files that appeared."""
    if "lost" in answer:
        return str(answer["lost"])
    if answer["exception"] or "Traceback" in answer["err"]:
        return f"{answer['exception']} {answer['err'][-400:]}"
    lines = [line for line in answer["err"].splitlines() if line.startswith("void-studio:")]
    code = answer["code"]
    if code not in CODES:
        return f"exit code {code}: {lines}"
    if code > 1 and len(lines) != 1:
        return f"exit code {code} with {len(lines)} lines"
    return f"exit code {code}, and left {left}" if code and left else ""


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*/*")}


def _run(good: Path, folder: Path, child: Studio, count: int) -> dict[int, int]:
    faults, codes = [], dict.fromkeys(CODES, 0)
    before = _contents(good)
    for seed, source in _cases(good, count):
        place = folder / source.parent.name / str(seed)
        place.mkdir(parents=True)
        path = folder / source.parent.name / f"{seed}_{source.name}"
        data = mutated(source.read_bytes(), seed)
        path.write_bytes(data)
        for words in _commands(good, path, place):
            answer = child.ask(words)
            if "lost" in answer:
                answer = child.ask(words, SECOND_CHANCE_S)
            left = sorted(item.name for item in place.iterdir())
            fault = _fault(answer, left)
            if path.read_bytes() != data:
                fault = f"the input was written; {fault}"
            if fault:
                faults.append(f"seed {seed}, {source.name}, {words[0]}: {fault}")
            codes[answer.get("code", 3)] = codes.get(answer.get("code", 3), 0) + 1
            for item in place.iterdir():
                item.unlink()
    assert not faults, "\n".join(faults)
    assert _contents(good) == before
    return codes


def test_damaged_media_are_refused_or_worked_on(good: Path, tmp_path: Path, child: Studio) -> None:
    codes = _run(good, tmp_path, child, CASES_BY_DEFAULT)
    assert codes[0] > 0
    assert codes[3] > 0


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_hundreds_of_damaged_media_are_refused_or_worked_on(
    good: Path, tmp_path: Path, child: Studio
) -> None:
    codes = _run(good, tmp_path, child, max(CASES_OF_SOAK, int(os.environ.get("SOAK_N", "0"))))
    assert codes[0] > 0
    assert codes[3] > 0
