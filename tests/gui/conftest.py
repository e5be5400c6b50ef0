"""A themed application without a screen, and a state folder of its own for every test."""

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["QT_SCALE_FACTOR"] = "1"

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from void_studio.app.preferences import Preferences
from void_studio.gui.main import Studio, start_studio
from void_studio.gui.theme import apply_theme


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return ["void-studio"]


@pytest.fixture(scope="session")
def themed(qapp: QApplication) -> QApplication:
    apply_theme(qapp, still=True)
    return qapp


@pytest.fixture(autouse=True)
def _themed_window(themed: QApplication) -> None:
    """Every widget of these tests looks as it does for a person."""


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "state"
    folder.mkdir()
    monkeypatch.setenv("VOID_STUDIO_STATE", str(folder))
    monkeypatch.setenv("VOID_STUDIO_CONFIG", str(folder))
    return folder


@pytest.fixture
def studio(themed: QApplication, own_state: Path) -> Iterator[Studio]:
    """A window at its start page, over a session of its own; closed at the end."""
    made = start_studio(themed, Preferences(reduce_motion=True), [])
    made.window.resize(1600, 900)
    made.window.show()
    made.window.activateWindow()
    yield made
    made.window.close()
    made.close()
    made.window.deleteLater()
