"""A script in a window of its own, from the first picture to the last file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication

from void_studio.app.session import Places
from void_studio.core import CheckFailed, StudioError
from void_studio.gui.drive.acts import Acts
from void_studio.gui.drive.player import Player
from void_studio.gui.drive.script import Script, Step, read_script
from void_studio.gui.drive.state import state_of
from void_studio.gui.main import Studio, new_application, read_preferences, start_studio

__all__ = ["DriveReport", "drive", "play"]


@dataclass(frozen=True, slots=True)
class DriveReport:
    """What was played. `steps` has number, name and seconds; `state` is the last one."""

    steps: tuple[tuple[int, str, float], ...]
    files: tuple[str, ...]
    state: dict[str, Any]

    def facts(self, out: Path) -> dict[str, Any]:
        """What the commands print."""
        steps = [{"number": n, "do": do, "seconds": seconds} for n, do, seconds in self.steps]
        return {
            "out": str(out),
            "steps": steps,
            "files": list(self.files),
            "state": self.state,
        }


def drive(script: Path, out: Path, *, places: Places | None = None) -> DriveReport:
    """Play a script offscreen; paths in it are relative to it, pictures and states go into `out`.

    The studio keeps its own in `places`, the user's by default. Raises BadInput for a malformed
    script, CheckFailed naming the step that could not be done.
    """
    read = read_script(script)
    out.mkdir(parents=True, exist_ok=True)
    application = new_application()
    preferences, told = read_preferences()
    studio = start_studio(application, preferences, told, places=places)
    try:
        return play(application, studio, read, out, script.resolve().parent)
    finally:
        studio.close()


def play(
    application: QApplication, studio: Studio, script: Script, out: Path, base: Path
) -> DriveReport:
    """Play a script into a studio's window, which is shown at the script's size."""
    window = studio.window
    window.resize(*script.size)
    window.show()
    window.activateWindow()
    acts = Acts(window, out, base)
    player = Player(script.steps, acts, window)
    failed: list[tuple[Step, StudioError]] = []
    loop = QEventLoop()

    def ended(result: tuple[Step, StudioError] | None) -> None:
        if result is not None:
            failed.append(result)
        loop.quit()

    player.ended.connect(ended)
    player.start()
    loop.exec()
    if failed:
        step, error = failed[0]
        window.grab().save(str(out / "failed.png"))
        raise CheckFailed(f"{step.name}: {error.what}", where=error.where, hint=error.hint)
    steps = tuple((step.number, step.do, round(spent, 3)) for step, spent in player.done)
    return DriveReport(steps, tuple(acts.files), state_of(window))
