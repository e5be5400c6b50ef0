"""The preferences dialog."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from void_studio.app.preferences import Preferences
from void_studio.gui.controls import SheetDialog, main_button, push_button, titled
from void_studio.gui.preferences.general import General
from void_studio.gui.preferences.keys import KeyMap

__all__ = ["PreferencesDialog"]


class PreferencesDialog(SheetDialog):
    """Shows preferences; after `accept`, `preferences()` are those that a person wants."""

    def __init__(self, preferences: Preferences, parent: QWidget, *, page: str = "general") -> None:
        super().__init__("preferences", "Preferences", parent, width=720, height=620)
        self.general = General(preferences, self)
        self.keys = KeyMap(preferences.keys, self)
        tabs = titled(QTabWidget(self), "preferences.pages", "Pages")
        tabs.setToolTip("")
        tabs.addTab(_padded(self.general), "General")
        tabs.addTab(_padded(self.keys), "Keys")
        tabs.setCurrentIndex(1 if page == "keys" else 0)
        self.body.addWidget(tabs)
        self._save = main_button("preferences.save", "Save", self)
        self._save.clicked.connect(self.accept)
        cancel = push_button("preferences.cancel", "Cancel", self, key="Esc")
        cancel.clicked.connect(self.reject)
        self.foot.addStretch(1)
        self.foot.addWidget(cancel)
        self.foot.addWidget(self._save)
        self.keys.changed.connect(self._check)

    def preferences(self) -> Preferences:
        """What is set now."""
        return replace(self.general.preferences(), keys=self.keys.own)

    def show_workers(self, names: Sequence[str]) -> None:
        """The workers that were added."""
        self.general.show_workers(names)

    def _check(self) -> None:
        problem = self.keys.problem
        self._save.setEnabled(not problem)
        self._save.setToolTip(problem or "Save")


def _padded(inside: QWidget) -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(16, 16, 16, 16)
    column.addWidget(inside)
    return page
