"""Asking a person for a file or a folder."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

__all__ = ["ask_file", "ask_folder", "ask_new_file"]


def ask_file(parent: QWidget, title: str, kinds: str) -> Path | None:
    """A file that exists; None when the person changed their mind. `kinds` as Qt writes filters."""
    chosen, _ = QFileDialog.getOpenFileName(parent, title, "", kinds)
    return Path(chosen) if chosen else None


def ask_folder(parent: QWidget, title: str) -> Path | None:
    """A folder that exists."""
    chosen = QFileDialog.getExistingDirectory(parent, title)
    return Path(chosen) if chosen else None


def ask_new_file(parent: QWidget, title: str, suggested: Path, kinds: str) -> Path | None:
    """Where a new file goes; the person has agreed to replace one that is there."""
    chosen, _ = QFileDialog.getSaveFileName(parent, title, str(suggested), kinds)
    return Path(chosen) if chosen else None
