"""What this program is, what it does not do, and the licences of what it stands on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from void_studio import __version__
from void_studio.gui.controls import SheetDialog, label, main_button, titled
from void_studio.gui.icons import icon

__all__ = ["AboutBox"]

_WHAT_NOT = (
    ("speaker-x", "No audio playback: sound stays in the cut as it is."),
    ("eye-slash", "No telemetry: nothing is sent anywhere but to the workers that you name."),
    ("cloud-slash", "No update check: new versions come when you install them."),
    ("translate", "English only."),
)


class AboutBox(SheetDialog):
    """Version, what is left out on purpose, licences."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("about", "About VOID Studio", parent, width=640, height=560)
        self.set_subtitle(f"Version {__version__}")
        column = QVBoxLayout()
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        column.addWidget(
            label(
                "Removes an object, and what it did to the scene, from a shot in a timeline, and "
                "gives the result back as a new version of the clip. Licence: Apache-2.0.",
                self,
                wrap=True,
            )
        )
        column.addSpacing(8)
        for name, text in _WHAT_NOT:
            column.addLayout(self._line(name, text))
        column.addSpacing(8)
        column.addWidget(label("Licences of what it stands on", self, heading="card"))
        self._licences = titled(QPlainTextEdit(self), "about.licences", "Licences")
        self._licences.setProperty("mono", True)
        self._licences.setReadOnly(True)
        self._licences.setTabChangesFocus(True)
        self._licences.setPlainText("Looking...")
        column.addWidget(self._licences, 1)
        self.body.addLayout(column)
        self.foot.addWidget(
            label(
                "Fonts Inter and JetBrains Mono: OFL 1.1. Icons Phosphor: MIT.", self, tone="hint"
            )
        )
        self.foot.addStretch(1)
        close = main_button("about.done", "Close", self, key="Esc")
        close.clicked.connect(self.accept)
        self.foot.addWidget(close)

    def show_licences(self, licences: Sequence[Mapping[str, Any]]) -> None:
        """One line a package."""
        lines = [f"{row['name']} {row['version']}: {row['licence']}" for row in licences]
        self._licences.setPlainText("\n".join(lines))

    def _line(self, name: str, text: str) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(12)
        mark = label("", self)
        mark.setPixmap(icon(name).pixmap(16, 16))
        row.addWidget(mark)
        row.addWidget(label(text, self), 1)
        return row
