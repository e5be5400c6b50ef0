"""A section of a panel that folds."""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, QPropertyAnimation, QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from void_studio.gui.controls.labels import label
from void_studio.gui.controls.naming import titled
from void_studio.gui.icons import icon
from void_studio.gui.theme import reduced_motion, restyle, size

__all__ = ["FoldSection"]

_UNLIMITED = 16_777_215  # Qt's QWIDGETSIZE_MAX
_FOLD_MS = 120


class FoldSection(QWidget):
    """A header with a title and a note at its right, and a body below it.

    Put widgets into `body` (a QVBoxLayout with the panel's padding). The header is `NAME.head`.
    """

    folded = Signal(bool)

    def __init__(
        self, name: str, title: str, parent: QWidget | None = None, *, note: str = ""
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._title = title
        self._head = self._header(name, title)
        self._note = label(note, tone="hint", small=True)
        self._inside = QWidget(self)
        self.body = QVBoxLayout(self._inside)
        self.body.setContentsMargins(12, 8, 12, 8)
        self.body.setSpacing(6)
        self._motion = QPropertyAnimation(self._inside, b"maximumHeight", self)
        self._motion.setDuration(_FOLD_MS)
        self._motion.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._motion.finished.connect(self._settle)
        self._assemble_section()

    @property
    def is_open(self) -> bool:
        """Whether the body is shown."""
        return self._head.isChecked()

    def set_open(self, wanted: bool) -> None:
        """Show or fold the body at once; nothing is emitted."""
        self._head.setChecked(wanted)
        self._head.setIcon(icon("caret-down" if wanted else "caret-right"))
        self._settle()

    def set_title(self, title: str) -> None:
        """Another title, for the section of a thing that is chosen."""
        self._title = title
        self._head.setText(title)
        self._head.setAccessibleName(title)

    def set_note(self, text: str, tone: str = "hint") -> None:
        """The words at the right of the header."""
        self._note.setText(text)
        restyle(self._note, tone=tone)

    @property
    def note(self) -> QLabel:
        """The label at the right of the header."""
        return self._note

    def add_to_header(self, widget: QWidget) -> None:
        """Put a widget at the right end of the header."""
        self._row.addWidget(widget)

    def _header(self, name: str, title: str) -> QToolButton:
        made = titled(QToolButton(self), f"{name}.head", title, tip=f"Fold or show {title}")
        made.setText(title)
        made.setIcon(icon("caret-down"))
        made.setIconSize(QSize(12, 12))
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        made.setProperty("fold", True)
        made.setCheckable(True)
        made.setChecked(True)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.clicked.connect(self._toggled)
        return made

    def _assemble_section(self) -> None:
        bar = QFrame(self)
        bar.setProperty("section", True)
        bar.setFixedHeight(size("section_head"))
        self._row = QHBoxLayout(bar)
        self._row.setContentsMargins(0, 0, 12, 0)
        self._row.setSpacing(8)
        self._row.addWidget(self._head)
        self._row.addStretch(1)
        self._row.addWidget(self._note)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(self._inside)

    def _toggled(self) -> None:
        opening = self.is_open
        self._head.setIcon(icon("caret-down" if opening else "caret-right"))
        self.folded.emit(not opening)
        if reduced_motion() or not self.isVisible():
            self._settle()
            return
        height = self._inside.sizeHint().height()
        self._inside.show()
        self._motion.setStartValue(0 if opening else height)
        self._motion.setEndValue(height if opening else 0)
        self._motion.start()

    def _settle(self) -> None:
        self._inside.setVisible(self.is_open)
        self._inside.setMaximumHeight(_UNLIMITED)
