"""What the object touched: suggested without a model, or by a vision model."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from void_studio.app.session.session import Session
from void_studio.app.session.suggesting import Suggesting
from void_studio.gui.controls import FoldSection, label, link_button, push_button

__all__ = ["AffectedSection"]


class AffectedSection(FoldSection):
    """`model_wanted` asks for the dialog that shows frames to a vision model."""

    model_wanted = Signal()

    def __init__(
        self, session: Session, suggesting: Suggesting, parent: QWidget | None = None
    ) -> None:
        super().__init__("affected", "What it touched", parent)
        self._session, self._suggesting = session, suggesting
        self._suggest = push_button(
            "affected.suggest", "Suggest", self, tip="Find its shadow and reflection, no model"
        )
        self._model = push_button(
            "affected.model", "Ask a model...", self, tip="Show some frames to a vision model"
        )
        self._stop = link_button("affected.stop", "Stop", self)
        self._words = label("", self, tone="hint", small=True, wrap=True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._suggest, 1)
        row.addWidget(self._model, 1)
        row.addWidget(self._stop)
        self.body.addLayout(row)
        self.body.addWidget(self._words)
        self._suggest.clicked.connect(suggesting.start)
        self._model.clicked.connect(self.model_wanted)
        self._stop.clicked.connect(suggesting.stop)
        suggesting.changed.connect(self.refresh)
        session.shot_changed.connect(lambda _: self._attach())
        self._attach()

    def _attach(self) -> None:
        shot = self._session.shot
        if shot is not None:
            shot.document.history_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show what can be done now."""
        reason = self._suggesting.why_not()
        busy = self._suggesting.is_busy
        editable = self._session.read_only is None
        self._suggest.setEnabled(not reason and editable)
        self._suggest.setToolTip(reason or "Find its shadow and reflection, without a model")
        self._model.setEnabled((not reason or busy) and editable)
        self._model.setToolTip(reason or "Show some frames to a vision model")
        self._stop.setVisible(busy)
        hint = "A draft of the place around the object is compared with the plate."
        self._words.setText(hint if busy else reason)
        self._words.setVisible(bool(busy or reason))
