"""Help beside the painting: what the object touched, and frames that should be looked at."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from void_studio.app.session.assist import Assist
from void_studio.app.session.drifting import LIMIT, DriftFound, DriftWatch
from void_studio.app.session.reasoning import Reasoning
from void_studio.app.session.session import Session
from void_studio.app.session.suggesting import Suggesting
from void_studio.gui.panels.affected_section import AffectedSection
from void_studio.gui.panels.layers_panel import LayersPanel
from void_studio.gui.panels.reason_dialog import ReasonDialog
from void_studio.gui.viewer.shot_strip import ShotStrip
from void_studio.gui.viewer.strip_facts import Drift
from void_studio.quadmask import Role

__all__ = ["Assistance"]

_QUIET_MS = 800


class Assistance(QObject):
    """Puts its section into the layers panel and drift into the shot strip."""

    def __init__(
        self, session: Session, assist: Assist, layers: LayersPanel, strip: ShotStrip
    ) -> None:
        super().__init__(layers)
        self._session, self._assist = session, assist
        self._layers, self._strip = layers, strip
        self.suggesting = Suggesting(session)
        self.reasoning = Reasoning(session)
        self._watch = DriftWatch(session.tasks)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_QUIET_MS)
        self.section = AffectedSection(session, self.suggesting, layers)
        layers.sections.addWidget(self.section)
        self.section.model_wanted.connect(self.ask_model)
        self._later.timeout.connect(self._measure)
        self._watch.found.connect(self._show)
        session.shot_changed.connect(lambda _: self._attach())
        assist.changed.connect(self._soon)
        self._attach()

    def ask_model(self) -> None:
        """Open the dialog that shows frames to a vision model."""
        window: QWidget = self._layers.window()
        ReasonDialog(self._session, self.reasoning, window).open()

    def next_suspect(self) -> None:
        """Go to the next frame that should be looked at, round to the first."""
        suspects = self._strip.drift.suspects
        frame = self._session.view.frame
        if suspects:
            later = [each for each in suspects if each > frame]
            self._session.view.frame = later[0] if later else suspects[0]

    def _attach(self) -> None:
        shot = self._session.shot
        self._strip.set_drift(Drift())
        if shot is not None:
            shot.document.history_changed.connect(self._soon)
        self._soon()

    def _soon(self) -> None:
        self._later.start()

    def _measure(self) -> None:
        shot = self._session.shot
        if shot is None:
            return
        scores: dict[int, float] = {}
        for layer in shot.document.layers:
            if layer.role is Role.REMOVE:
                scores.update(self._assist.scores(layer.id))
        self._watch.look(shot, scores)

    def _show(self, found: DriftFound) -> None:
        self._strip.set_drift(Drift(found.values, LIMIT))
        self._layers.show_suspects(found.reasons)
