"""What to change in a prompt, said while it is written."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from void_studio.app.prompt_lint import Remark, lint_prompt
from void_studio.gui.controls import label
from void_studio.gui.icons import icon

__all__ = ["MOST_TOKENS", "PromptRemarks"]

MOST_TOKENS = 226
_ICON = QSize(16, 16)
_LONGEST = 20_000
_GOOD = "Names nothing that is removed"
_OPEN, _CLOSE = "\N{LEFT DOUBLE QUOTATION MARK}", "\N{RIGHT DOUBLE QUOTATION MARK}"
_OWN_NAMES = frozenset({"remove", "affected", "layer", "object"})


class PromptRemarks(QWidget):
    """One line for each remark; one good line when there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("shot.remarks")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)

    def show_prompt(self, text: str, removed: Iterable[str]) -> int:
        """Look at a prompt; `removed` are names of remove layers. The estimate of its tokens."""
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        if not text or len(text) > _LONGEST:
            return 0
        nouns = [name for name in removed if name.split(" ")[0].lower() not in _OWN_NAMES]
        report = lint_prompt(text, removed=nouns)
        for remark in report.remarks:
            tone = ("warning-circle", "error") if remark.is_error else ("warning", "warn")
            self._column.addWidget(self._line(*tone, _words(remark)))
        if not report.remarks:
            self._column.addWidget(
                self._line("check-circle", "ok", "Names nothing that is removed")
            )
        return report.tokens

    def _line(self, icon_name: str, tone: str, words: str) -> QWidget:
        row = QWidget(self)
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        mark = QLabel(row)
        mark.setPixmap(icon(icon_name, tone=tone).pixmap(_ICON))
        line.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(label(words, row, tone="secondary", small=True, wrap=True), 1)
        return row


def _words(remark: Remark) -> str:
    quoted = ", ".join(f"{_OPEN}{word}{_CLOSE}" for word in remark.words)
    return f"{quoted}: {remark.advice}" if quoted else remark.advice.capitalize()
