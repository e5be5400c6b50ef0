"""The timeline strip: what is open, its shots, zoom."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from void_studio.app.session.session import Session
from void_studio.app.session.shot_pictures import ShotPictures
from void_studio.app.session.values import Cut, ShotRow
from void_studio.gui.controls import ElidedLabel, chip, icon_button, label
from void_studio.gui.panels.picture import image_of
from void_studio.gui.panels.words import per_second, plural
from void_studio.gui.theme import size
from void_studio.gui.timeline.canvas import TimelineCanvas

__all__ = ["TimelineStrip"]

_COMPACT_PX = 90
_ZOOM_STEP = 1.5


class TimelineStrip(QWidget):
    """The whole cut; a click chooses a shot, a double click also sets in and out to it."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("timeline")
        self.setAccessibleName("Timeline")
        self._session = session
        self._pictures = ShotPictures(session)
        self._wanted_frame: int | None = None
        self._name = ElidedLabel("", self)
        self._name.setProperty("heading", "row")
        self._facts = label("", self, tone="hint", small=True)
        self._versions = chip("", "neutral", self)
        self._offline = chip("", "error", self)
        self.canvas = TimelineCanvas(self)
        self._out = icon_button("timeline.zoom_out", "Zoom out", "magnifying-glass-minus", self)
        self._in = icon_button("timeline.zoom_in", "Zoom in", "magnifying-glass-plus", self)
        self._fit = icon_button("timeline.fit", "Whole cut", "arrows-out-line-horizontal", self)
        self._lay_out()
        self._connect()
        self._show_cut()

    def _lay_out(self) -> None:
        bar = QFrame(self)
        bar.setProperty("section", True)
        bar.setFixedHeight(size("section_head"))
        row = QHBoxLayout(bar)
        row.setContentsMargins(12, 0, 8, 0)
        row.setSpacing(8)
        for widget in (self._name, self._facts, self._versions, self._offline):
            row.addWidget(widget)
        row.addStretch(1)
        for button in (self._out, self._in, self._fit):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(self.canvas, 1)

    def _connect(self) -> None:
        session, canvas = self._session, self.canvas
        session.opened.connect(self._show_cut)
        session.shots_changed.connect(self._show_cut)
        session.shot_changed.connect(lambda _: self._turn())
        session.view.changed.connect(self._view_changed)
        self._pictures.made.connect(self._show_picture)
        canvas.picked.connect(self._choose)
        canvas.opened.connect(self._open)
        canvas.sought.connect(self._seek)
        canvas.scaled.connect(self._show_zoom)
        self._out.clicked.connect(lambda: canvas.zoom(1 / _ZOOM_STEP))
        self._in.clicked.connect(lambda: canvas.zoom(_ZOOM_STEP))
        self._fit.clicked.connect(canvas.fit)

    def set_compact(self, compact: bool) -> None:
        """Show the track of the open shot alone."""
        self.canvas.set_only_chosen(compact)

    def _show_cut(self) -> None:
        cut = self._session.cut
        self.canvas.show_cut(cut)
        self._name.setText(cut.path.name if cut else "")
        self._facts.setText(_facts(cut) if cut else "")
        shots = cut.shots if cut else ()
        with_versions = sum(bool(shot.versions) for shot in shots)
        offline = sum(bool(shot.offline) for shot in shots)
        self._versions.setText(f"{with_versions} with versions")
        self._versions.setVisible(bool(with_versions))
        self._offline.setText(f"{offline} offline")
        self._offline.setVisible(bool(offline))
        self._pictures.want([shot.id for shot in shots if not shot.offline])

    def _turn(self) -> None:
        shot = self._session.shot
        self.canvas.set_chosen(shot.row.id if shot else None)
        if shot is not None and self._wanted_frame is not None:
            self._go_to_record(self._wanted_frame)
        self._wanted_frame = None
        self._show_playhead()

    def _view_changed(self, name: str) -> None:
        if name == "frame":
            self._show_playhead()

    def _show_playhead(self) -> None:
        shot = self._session.shot
        self.canvas.set_playhead(shot.record_frame(self._session.view.frame) if shot else None)

    def _show_picture(self, shot_id: str) -> None:
        pixels = self._pictures.picture(shot_id)
        if pixels is not None:
            self.canvas.set_picture(shot_id, image_of(pixels))

    def _show_zoom(self) -> None:
        self._out.setEnabled(self.canvas.closeness() > 1.001)
        self._fit.setEnabled(self.canvas.closeness() > 1.001)

    def _choose(self, shot_id: str) -> None:
        is_offline = any(shot.id == shot_id and shot.offline for shot in self._session.shots)
        self._session.view.missing = shot_id if is_offline else None
        if is_offline:
            return
        if self._session.shot is None or self._session.shot.row.id != shot_id:
            self._session.choose(shot_id)

    def _open(self, shot_id: str) -> None:
        self._choose(shot_id)
        shot = self._session.shot
        if shot is not None and shot.row.id == shot_id:
            self._session.view.in_frame = shot.source.start
            self._session.view.out_frame = shot.source.last

    def _seek(self, record: int) -> None:
        """Go to a frame of the cut: in the open shot at once, else by opening the shot there."""
        shot = self._session.shot
        if shot is not None and record in shot.row.record_range:
            self._go_to_record(record)
            return
        there = self._shot_there(record)
        if there is not None:
            self._wanted_frame = record
            self._session.choose(there.id)

    def _shot_there(self, record: int) -> ShotRow | None:
        cut = self._session.cut
        shots = (shot for track in cut.tracks for shot in track.shots) if cut else ()
        usable = (shot for shot in shots if not shot.offline and not shot.refused)
        return next((shot for shot in usable if record in shot.record_range), None)

    def _go_to_record(self, record: int) -> None:
        shot = self._session.shot
        if shot is None:
            return
        for frame in shot.source:
            if shot.record_frame(frame) == record:
                self._session.view.frame = frame
                return


def _facts(cut: Cut) -> str:
    parts = [per_second(cut.rate)]
    if cut.start_timecode is not None:
        parts.append(str(cut.start_timecode))
    parts.append(plural(len(cut.shots), "shot"))
    return " \N{MIDDLE DOT} ".join(parts)
