"""What the model is given: read only."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from void_studio.app.session.model_sight import ModelSight, Sight
from void_studio.app.session.session import Session
from void_studio.gui.controls import FormRow, Segment, SegmentSwitch, label
from void_studio.gui.panels.facts import Facts
from void_studio.gui.panels.picture import Picture, image_of

__all__ = ["ModelViewPanel"]

_QUIET_MS = 200
_PICTURE_HEIGHT = 200


class ModelViewPanel(QWidget):
    """The canvas as VOID is conditioned on it, and what changes on the way."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("model_view")
        self.setAccessibleName("Model view")
        self._session = session
        self._sight = ModelSight(session.tasks)
        self._pass = SegmentSwitch(
            "model_view.pass",
            "Pass",
            [
                Segment(1, "Pass 1", "Affected stays affected"),
                Segment(2, "Pass 2", "Affected counts as removed"),
            ],
            self,
        )
        self._pass.set_value(1)
        words = "Nothing painted: the model would get a plain copy request."
        self._picture = Picture("model_view.picture", "Canvas", words, self)
        self._picture.setFixedHeight(_PICTURE_HEIGHT)
        self._facts = Facts("model_view.facts", self)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_QUIET_MS)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(8)
        column.addWidget(FormRow("Pass", self._pass))
        column.addWidget(self._picture)
        column.addWidget(self._facts)
        hint = "White is kept, grey is affected, black is removed. The whole plate is shown on"
        hint += " the canvas; a crop gives the fill more samples."
        column.addWidget(label(hint, self, tone="hint", small=True, wrap=True))
        column.addStretch(1)

    def _connect(self) -> None:
        self._session.shot_changed.connect(lambda _: self._attach())
        self._session.view.changed.connect(self._view_changed)
        self._pass.chosen.connect(lambda _: self._soon())
        self._later.timeout.connect(self._work_out)
        self._sight.seen.connect(self._show)
        self._attach()

    def _attach(self) -> None:
        shot = self._session.shot
        if shot is not None:
            shot.document.history_changed.connect(self._soon)
        else:
            self._picture.show_image(None)
            self._facts.show_facts(())
        self._soon()

    def _soon(self) -> None:
        if self.isVisible():
            self._later.start()

    def showEvent(self, event: object) -> None:
        """Work out what was not while nobody looked."""
        self._later.start()

    def _view_changed(self, name: str) -> None:
        if name == "frame" and not self._session.view.playing:
            self._soon()

    def _work_out(self) -> None:
        shot = self._session.shot
        if shot is not None:
            model_pass = 2 if self._pass.value() == 2 else 1
            self._sight.look(shot, self._session.view.frame, model_pass=model_pass)

    def _show(self, sight: Sight) -> None:
        shot = self._session.shot
        if shot is None:
            return
        self._picture.show_image(image_of(sight.pixels))
        height, width = sight.pixels.shape[:2]
        self._facts.show_facts(
            [
                ("Frame", str(sight.frame + shot.numbering_offset)),
                ("Canvas", f"{width}\N{MULTIPLICATION SIGN}{height}"),
                ("Overlap", f"{sight.collapsed} samples count as removed"),
                ("First frame", f"{sight.cleared} affected samples are cleared"),
                ("Pass 2", f"{sight.binarised} affected samples count as removed"),
                ("Prompt", shot.settings.prompt or "none"),
            ]
        )
