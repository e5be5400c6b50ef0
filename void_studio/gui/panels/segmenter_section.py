"""The segmenter of the layer in hand: what it was asked, how sure it is, and where it goes on."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from void_studio.app.session import OpenShot, Session
from void_studio.app.session.assist import Assist
from void_studio.assist import Direction
from void_studio.gui.controls import FoldSection, label, link_button, push_button
from void_studio.gui.icons import icon
from void_studio.quadmask import MatteLayer, PointPrompt

__all__ = ["SegmenterSection"]

_BUTTONS = (
    (Direction.BACKWARD, "Back", "caret-double-left", "Carry the prompts to the first frame"),
    (Direction.BOTH, "Both", "arrows-left-right", "Carry the prompts over the whole work range"),
    (Direction.FORWARD, "Forward", "caret-double-right", "Carry the prompts to the last frame"),
)
_NAMES = {Direction.BACKWARD: "back", Direction.BOTH: "both", Direction.FORWARD: "forward"}
_MOST_LOCKED = 4


class SegmenterSection(FoldSection):
    """Points and boxes on this frame, its score, and three ways to propagate."""

    def __init__(self, session: Session, assist: Assist, parent: QWidget | None = None) -> None:
        super().__init__("segmenter", "Segmenter", parent)
        self._session, self._assist = session, assist
        self._asked = label("", self, tone="secondary")
        self._score = label("", self, tone="secondary")
        self._locked = label("", self, tone="hint", small=True, wrap=True)
        self._stop = link_button("segmenter.stop", "Stop", self, tip="Finished frames are kept")
        self._stop.clicked.connect(assist.stop)
        self._buttons: dict[Direction, tuple[QPushButton, str]] = {}
        self.body.addLayout(self._first_line())
        self.body.addLayout(self._ways())
        self.body.addWidget(self._locked)
        assist.changed.connect(self._refresh)
        session.view.changed.connect(self._view_changed)
        session.shot_changed.connect(self._turn)
        self._turn(session.shot)

    def _first_line(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(self._asked, 1)
        row.addWidget(self._score)
        row.addWidget(self._stop)
        return row

    def _ways(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        for direction, text, icon_name, tip in _BUTTONS:
            key = "Ctrl+T" if direction is Direction.BOTH else ""
            button = push_button(f"segmenter.{_NAMES[direction]}", text, self, tip=tip, key=key)
            button.setIcon(icon(icon_name))
            button.clicked.connect(lambda _=False, way=direction: self._assist.propagate(way))
            self._buttons[direction] = (button, button.toolTip())
            row.addWidget(button, 1)
        return row

    def _turn(self, shot: OpenShot | None) -> None:
        if shot is not None:
            shot.document.layers_changed.connect(self._refresh)
        self._refresh()

    def _view_changed(self, field: str) -> None:
        if field in {"frame", "layer_id", "role"}:
            self._refresh()

    def _refresh(self) -> None:
        shot, assist = self._session.shot, self._assist
        layer = shot.painting.layer() if shot is not None else None
        self.set_note(assist.segmenter)
        self._asked.setText(self._words(layer))
        frame = self._session.view.frame
        score = assist.scores(layer.id).get(frame) if layer is not None else None
        self._score.setText("" if score is None else f"Score {score:.2f}")
        self._stop.setVisible(assist.is_busy)
        refusal = assist.why_not()
        for button, tip in self._buttons.values():
            button.setEnabled(not refusal)
            button.setToolTip(refusal or tip)
        self._locked.setText(_locked_words(layer))
        self._locked.setVisible(bool(self._locked.text()))

    def _words(self, layer: MatteLayer | None) -> str:
        if self._assist.is_busy:
            return "At work..."
        if layer is None or not layer.prompts:
            return "Click the object with the point prompt (C)"
        frame = self._session.view.frame
        here = [prompt for prompt in layer.prompts if prompt.frame == frame]
        points = [prompt for prompt in here if isinstance(prompt, PointPrompt)]
        inside = sum(point.positive for point in points)
        boxes = len(here) - len(points)
        if not here:
            frames = sorted({prompt.frame for prompt in layer.prompts})
            return f"Prompts on frame {', '.join(map(str, frames[:_MOST_LOCKED]))}"
        parts = [f"{inside} in", f"{len(points) - inside} out"]
        parts += [f"{boxes} box"] if boxes else []
        return f"{', '.join(parts)} on frame {frame}"


def _locked_words(layer: MatteLayer | None) -> str:
    if layer is None or not layer.locked:
        return ""
    frames = sorted(layer.locked)
    shown = ", ".join(map(str, frames[:_MOST_LOCKED]))
    more = f" and {len(frames) - _MOST_LOCKED} more" if len(frames) > _MOST_LOCKED else ""
    return f"Locked frames {shown}{more} stay as painted"
