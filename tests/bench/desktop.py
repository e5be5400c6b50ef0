"""The window, measured: from the command to the first picture, with a warm file cache."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

from tests.bench.figure import Figure

__all__ = ["figures"]

COMMAND = "python -m tests.bench desktop"
_RUNS = 5
_LIMIT_S = 1.0
_PROGRAM = """
import sys
from void_studio.gui.main import new_application, read_preferences, start_studio
application = new_application()
studio = start_studio(application, *read_preferences())
studio.window.started.connect(lambda: (print("shown", flush=True), application.quit()))
studio.window.show()
application.exec()
studio.window.close()
studio.close()
"""


def figures() -> Iterator[Figure]:
    """Seconds from the start of the process to the first window; the best of five runs."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "QT_QPA_PLATFORM": "offscreen",
            "VOID_STUDIO_STATE": folder,
            "VOID_STUDIO_CONFIG": folder,
        }
        seconds = min(_until_shown(environment) for _ in range(_RUNS))
    yield Figure(
        "desktop: first window",
        round(seconds, 3),
        "s",
        f"< {_LIMIT_S:g}",
        seconds < _LIMIT_S,
        COMMAND,
    )


def _until_shown(environment: dict[str, str]) -> float:
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    with process:
        assert process.stdout is not None
        process.stdout.readline()
        return time.perf_counter() - began
