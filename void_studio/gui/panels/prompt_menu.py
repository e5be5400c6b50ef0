"""A button that offers earlier prompts of the shot, and texts to begin with."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from void_studio.app.prompt_lint import TEMPLATES
from void_studio.gui.controls import titled
from void_studio.gui.icons import icon

__all__ = ["PromptMenu"]

_SHOWN = 72


class PromptMenu(QToolButton):
    """`chosen` carries the text; `earlier` is asked for the shot's prompts, the newest first."""

    chosen = Signal(str)

    def __init__(self, earlier: Callable[[], Sequence[str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        titled(self, "shot.prompts", "Earlier prompts and templates")
        self._earlier = earlier
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill)
        self.setIcon(icon("clock-counter-clockwise"))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setMenu(self._menu)

    def _fill(self) -> None:
        self._menu.clear()
        earlier = self._earlier()
        self._menu.addSection("Earlier prompts" if earlier else "No earlier prompts of this shot")
        for text in earlier:
            self._add(text, text)
        self._menu.addSection("Templates")
        for name, text in TEMPLATES:
            self._add(f"{name.capitalize()}: {text}", text)

    def _add(self, words: str, text: str) -> None:
        shown = words if len(words) <= _SHOWN else f"{words[:_SHOWN]}\N{HORIZONTAL ELLIPSIS}"
        action = self._menu.addAction(shown.replace("&", "&&"))
        action.setToolTip(text)
        action.triggered.connect(lambda: self.chosen.emit(text))
