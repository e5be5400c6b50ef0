"""Stars that can be clicked."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from void_studio.app.session.marks import MOST_STARS
from void_studio.gui.controls import icon_button
from void_studio.gui.icons import icon

__all__ = ["Stars"]


class Stars(QWidget):
    """0 to 3 stars; a click on the last that is lit takes it away."""

    chosen = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._stars = 0
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._buttons = [self._button(name, place) for place in range(1, MOST_STARS + 1)]
        for button in self._buttons:
            row.addWidget(button)
        row.addStretch(1)
        self.set_stars(0)

    def set_stars(self, stars: int) -> None:
        """Show so many; nothing is emitted."""
        self._stars = stars
        for place, button in enumerate(self._buttons, 1):
            lit = place <= stars
            button.setIcon(icon("star-fill" if lit else "star", tone="text_1" if lit else "text_3"))

    def _button(self, name: str, place: int) -> QToolButton:
        title = "1 star" if place == 1 else f"{place} stars"
        made = icon_button(f"{name}.{place}", title, "star", self, key=str(place))
        made.clicked.connect(lambda: self.chosen.emit(place - 1 if place == self._stars else place))
        return made
