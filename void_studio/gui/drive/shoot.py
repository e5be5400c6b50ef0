"""The documentation's pictures: a script that comes with the studio, played over the demo."""

from __future__ import annotations

from pathlib import Path

from void_studio.app.resources import resource
from void_studio.gui.drive.run import DriveReport, drive

__all__ = ["shoot"]


def shoot(out: Path) -> DriveReport:
    """Play `resources/shoot.json` into `out`."""
    return drive(resource("shoot.json"), out)
