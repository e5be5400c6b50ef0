"""What this computer can do, as `doctor` finds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from void_studio.app.session import Level, Message
from void_studio.gui.controls import icon_button, label, push_button, rule
from void_studio.gui.icons import icon
from void_studio.gui.theme import size

__all__ = ["ComputerCard"]

_TITLES = {
    "python": "Python",
    "codecs": "Codecs",
    "engines and segmenters": "Engines and segmenters",
    "VOID engine": "VOID engine",
    "disk": "Space",
    "local worker": "Worker on this computer",
    "weights for void": "VOID weights, pass 1",
    "weights for void:2": "VOID weights, pass 2",
    "weights for sam2": "SAM 2.1 weights",
}
_NOT_YET = ("not usable yet: ", "to fetch: ")


class ComputerCard(QFrame):
    """One line a check; `look_again` asks for a new look, `explained` carries a Message."""

    look_again = Signal()
    explained = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(12, 10, 12, 10)
        head.addWidget(label("This computer", self, heading="card"))
        head.addStretch(1)
        again = icon_button("start.look_again", "Look again", "arrow-clockwise", self)
        again.clicked.connect(self.look_again)
        head.addWidget(again)
        column.addLayout(head)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(0)
        column.addLayout(self._lines)
        self.is_known = False
        self.show_looking()

    def show_looking(self) -> None:
        """While the checks run."""
        self._clear()
        self._lines.addWidget(_Line("spinner-gap", "text_2", "Looking...", "", self))

    def show_checks(self, checks: list[Mapping[str, Any]]) -> None:
        """What the checks found."""
        self._clear()
        self.is_known = True
        for index, check in enumerate(checks):
            name, found = str(check["name"]), str(check["found"])
            ready = bool(check["ok"]) and not found.startswith(_NOT_YET)
            title = _TITLES.get(name, name)
            shown = title if ready else f"{title}: not ready"
            line = _Line(
                "check-circle" if ready else "warning",
                "ok" if ready else "warn",
                shown,
                _first_sentence(_bare(found)),
                self,
            )
            if not ready:
                line.offer(f"start.check{index}", "How...", self._explanation(title, found))
            self._lines.addWidget(line)

    def _explanation(self, title: str, found: str) -> Callable[[], None]:
        message = Message(Level.WARN, f"{title} is not ready", hint=_bare(found))
        return lambda: self.explained.emit(message)

    def _clear(self) -> None:
        while self._lines.count():
            item = self._lines.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()


class _Line(QWidget):
    """An icon of the state, a title, a line of what was found, and one action."""

    def __init__(self, icon_name: str, tone: str, title: str, found: str, parent: QWidget) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(rule(self))
        self._row = QHBoxLayout()
        self._row.setContentsMargins(12, 8, 12, 8)
        self._row.setSpacing(12)
        side = size("icon_note")
        mark = QLabel(self)
        mark.setPixmap(icon(icon_name, tone=tone).pixmap(QSize(side, side)))
        self._row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(label(title, self))
        if found:
            texts.addWidget(label(found, self, tone="secondary", small=True, wrap=True))
        self._row.addLayout(texts, 1)
        column.addLayout(self._row)

    def offer(self, name: str, text: str, act: Callable[[], None]) -> None:
        """A button at the right."""
        button = push_button(name, text, self)
        button.clicked.connect(act)
        self._row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)


def _bare(found: str) -> str:
    for words in _NOT_YET:
        found = found.removeprefix(words)
    return found


def _first_sentence(text: str) -> str:
    return text.split("; ", maxsplit=1)[0] if len(text) > 120 else text
