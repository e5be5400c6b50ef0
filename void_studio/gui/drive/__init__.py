"""Scripts that are played into the real window, and pictures of it."""

from __future__ import annotations

from void_studio.gui.drive.run import DriveReport, drive
from void_studio.gui.drive.shoot import shoot

__all__ = ["DriveReport", "drive", "shoot"]
