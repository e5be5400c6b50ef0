"""`void-studio` and `void-studio open` where there is no screen."""

import os
import subprocess
import sys

import pytest


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a screen")
@pytest.mark.parametrize("words", [[], ["open"], ["open", "cut.otio"]])
def test_without_a_screen_one_line_says_so(words: list[str]) -> None:
    hidden = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    done = subprocess.run(
        [sys.executable, "-m", "void_studio", *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=environment,
    )
    assert done.returncode == 4
    assert "no screen" in done.stderr
    assert "Traceback" not in done.stderr


def test_help_lists_the_commands_without_a_window() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "void_studio", "--help"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    for name in ("open", "drive", "shoot", "render", "doctor"):
        assert name in done.stdout
