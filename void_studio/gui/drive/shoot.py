"""The documentation's pictures: a script that comes with the studio, played over the demo."""

from __future__ import annotations

import tempfile
from pathlib import Path

from void_studio.app.resources import resource
from void_studio.app.session import Places
from void_studio.gui.drive.run import DriveReport, drive

__all__ = ["shoot"]


def shoot(out: Path) -> DriveReport:
    """Play `resources/shoot.json` into `out`, over a demo that nobody has worked on."""
    with tempfile.TemporaryDirectory(prefix="void-studio-") as folder:
        return drive(resource("shoot.json"), out, places=Places(Path(folder)))
