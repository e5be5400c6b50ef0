"""What stands in the viewer for a shot whose plate is not there."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from void_studio.app.session import Session
from void_studio.app.session.values import ShotRow
from void_studio.gui.asking import ask_file
from void_studio.gui.controls import label, push_button
from void_studio.gui.theme import colour
from void_studio.gui.viewer.strip_paint import draw_hatch

__all__ = ["MissingPlate"]


class MissingPlate(QWidget):
    """Covers `over` while `view.missing` is a shot that is offline; offers to relink it.

    A shot that was relinked from here is opened once its plate is found.
    """

    def __init__(self, session: Session, over: QWidget) -> None:
        super().__init__(over)
        self.setObjectName("viewer.missing")
        self.setAccessibleName("Plate is not there")
        self._session = session
        self._relinking: str | None = None
        self._title = label("", self, heading="card")
        self._where = label("", self, tone="secondary", wrap=True)
        self._relink = push_button(
            "viewer.relink", "Relink...", self, tip="Say where the plate of this shot is"
        )
        self._lay_out()
        self._relink.clicked.connect(self._ask)
        session.view.changed.connect(self._follow_view)
        session.shots_changed.connect(self._follow_shots)
        over.installEventFilter(self)
        self._show_row()

    def release(self) -> None:
        """Stop listening to the session."""
        self._session.view.changed.disconnect(self._follow_view, missing_ok=True)
        self._session.shots_changed.disconnect(self._follow_shots, missing_ok=True)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as what is covered."""
        if event.type() == QEvent.Type.Resize:
            self._cover()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """The hatch of what is not there, plain behind the words."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour("viewer"))
        draw_hatch(painter, QRectF(self.rect()))
        words = self._title.geometry().united(self._relink.geometry())
        painter.fillRect(
            words.united(self._where.geometry()).adjusted(-16, -12, 16, 12), colour("viewer")
        )

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self._relink)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(48, 24, 48, 24)
        column.setSpacing(8)
        column.addStretch(1)
        for words in (self._title, self._where):
            words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(words)
        column.addLayout(buttons)
        column.addStretch(1)

    def _row(self) -> ShotRow | None:
        missing = self._session.view.missing
        return next((row for row in self._session.shots if row.id == missing), None)

    def _follow_view(self, field: str) -> None:
        if field == "missing":
            self._show_row()

    def _follow_shots(self) -> None:
        row = self._row()
        if row is not None and row.offline is None:
            self._session.view.missing = None
            if row.id == self._relinking:
                self._session.choose(row.id)
        self._show_row()

    def _show_row(self) -> None:
        row = self._row()
        is_shown = row is not None and row.offline is not None
        if row is not None:
            self._title.setText(f"Plate of {row.name} is not there")
            self._where.setText(f"It should be at {row.offline}. Mount the volume, or relink it.")
            self._relink.setEnabled(self._session.read_only is None)
        self.setVisible(is_shown)
        if is_shown:
            self._cover()
            self.raise_()

    def _cover(self) -> None:
        over = self.parentWidget()
        if over is not None:
            self.setGeometry(over.rect())

    def _ask(self) -> None:
        row = self._row()
        path = ask_file(self, "Relink plate", "Plates (*)") if row is not None else None
        if row is not None and path is not None:
            self._relinking = row.id
            self._session.relink(row.id, path)
