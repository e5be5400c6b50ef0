"""The ways in, as large buttons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from void_studio.gui.controls import key_cap, label, titled
from void_studio.gui.icons import icon

__all__ = ["Card", "Way"]

_ICON = 20


@dataclass(frozen=True, slots=True)
class Way:
    """One way in."""

    name: str
    icon: str
    title: str
    line: str
    key: str
    act: Callable[[], None]


class Card(QPushButton):
    """A button with an icon, a title, a line below it and a key."""

    def __init__(self, way: Way, parent: QWidget) -> None:
        super().__init__(parent)
        titled(self, way.name, way.title, tip=way.line, key=way.key)
        self.setProperty("card", True)
        self.setAutoDefault(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(way.act)
        mark = QLabel(self)
        mark.setPixmap(icon(way.icon).pixmap(QSize(_ICON, _ICON)))
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addStretch(1)
        texts.addWidget(label(way.title, self, heading="card"))
        texts.addWidget(label(way.line, self, tone="secondary", small=True))
        texts.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(16)
        row.addWidget(mark)
        row.addLayout(texts, 1)
        if way.key:
            row.addWidget(key_cap(way.key, self))
        for child in self.findChildren(QWidget):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
