"""A themed application without a screen, and a state folder of its own for every test."""

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["QT_SCALE_FACTOR"] = "1"

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from void_studio.gui.theme import apply_theme


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return ["void-studio"]


@pytest.fixture(scope="session")
def themed(qapp: QApplication) -> QApplication:
    apply_theme(qapp, reduce_motion=True)
    return qapp


@pytest.fixture(autouse=True)
def _themed_window(themed: QApplication) -> None:
    """Every widget of these tests looks as it does for a person."""


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "state"
    folder.mkdir()
    monkeypatch.setenv("VOID_STUDIO_STATE", str(folder))
    return folder
