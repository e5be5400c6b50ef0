"""Running OTIO's adapters where they can do no harm: the one place that starts a process here.

An adapter may print, loop or take all memory over a damaged file, so each conversion is a short
process with limits, in a temporary folder that holds a copy of the file.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

from void_studio.core import read_limited
from void_studio.timeline.json_text import LARGEST_BYTES

__all__ = ["ConversionFailed", "convert"]

_LEAST_S = 8.0
_MEGABYTES_PER_S = 2.0
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")  # each takes address space, which is limited
_PACKAGE_HOME = Path(__file__).resolve().parents[2]


class ConversionFailed(Exception):
    """An adapter gave up; `kind` is the name of its error, `message` what it said."""

    def __init__(self, kind: str, message: str) -> None:
        self.kind = kind
        self.message = message
        super().__init__(f"{kind}: {message}")


def convert(data: bytes, adapter: str, name: str, rate: Fraction) -> bytes:
    """OTIO text for `data` by this adapter; `name` is the file's, `rate` for a format without one.

    Text formats are UTF-8. Raises ConversionFailed, also when it takes longer than 8 s and half a
    second for each megabyte.
    """
    seconds = _LEAST_S + len(data) / 1e6 / _MEGABYTES_PER_S
    with TemporaryDirectory(prefix="void-import-", ignore_cleanup_errors=True) as temporary:
        folder = Path(temporary)
        source, result, report = (folder / each for each in ("cut", "cut.otio", "error.json"))
        source.write_bytes(data)
        words = [adapter, str(source), str(result), str(report), name, str(rate)]
        try:
            done = _run(words, folder, seconds)
        except subprocess.TimeoutExpired:
            raise ConversionFailed("TimeoutError", f"no end after {seconds:.0f} s") from None
        if done != 0 or not result.is_file():
            raise _failure(report, done)
        return read_limited(result, LARGEST_BYTES)


def _run(words: list[str], folder: Path, seconds: float) -> int:
    command = [sys.executable, "-P", "-m", "void_studio.timeline.converter", *words]
    done = subprocess.run(
        command,
        cwd=folder,
        env=_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=seconds,
        check=False,
    )
    return done.returncode


def _environment() -> dict[str, str]:
    """This process's, without the variables by which OTIO loads code or writes older schemas."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("OTIO_")}
    paths = (str(_PACKAGE_HOME), os.environ.get("PYTHONPATH", ""))
    kept["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)
    return kept | dict.fromkeys(_THREADS, "1")


def _failure(report: Path, code: int) -> ConversionFailed:
    if not report.is_file():
        return ConversionFailed("Crash", f"its reader ended with {code}")
    told = json.loads(report.read_bytes())
    return ConversionFailed(told["kind"], told["message"])
