"""The painted part of the timeline strip."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from void_studio.app.session.values import Cut, ShotRow
from void_studio.core import Timecode
from void_studio.gui.theme import colour, text_font
from void_studio.gui.timeline.clip import draw_clip, state_line
from void_studio.gui.timeline.scale import Scale

__all__ = ["TimelineCanvas"]

_NAMES_PX = 100
_RULER_PX = 20
_TRACK_PX = 36
_EMPTY_TRACK_PX = 20
_GAP_PX = 1
_ZOOM_STEP = 1.25
_WHEEL_NOTCH = 120
_NEARLY = 1.01


class TimelineCanvas(QWidget):
    """Ruler, tracks and clips of a cut, and the playhead.

    `picked` carries the id of the shot that was clicked, `opened` that of a double click; `sought`
    the frame of the cut, from its start, that the ruler was dragged to.
    """

    picked = Signal(str)
    opened = Signal(str)
    sought = Signal(int)
    scaled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("timeline.canvas")
        self.setAccessibleName("Timeline")
        self.setAccessibleDescription("Arrow keys go from shot to shot, Enter opens one")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._cut: Cut | None = None
        self._scale: Scale | None = None
        self._chosen: str | None = None
        self._playhead: int | None = None
        self._pictures: dict[str, QImage] = {}
        self._dragging = False
        self._is_whole = True
        self._only_chosen = False

    def show_cut(self, cut: Cut | None) -> None:
        """Show another cut, all of it; the same one keeps its zoom."""
        same = self._cut is not None and cut is not None and cut.path == self._cut.path
        self._cut = cut
        if not same:
            self._pictures.clear()
            self.fit()
        self.update()

    def set_chosen(self, shot_id: str | None) -> None:
        """Mark the shot that is open."""
        self._chosen = shot_id
        self.update()

    def set_playhead(self, frame: int | None) -> None:
        """Put the playhead on a frame of the cut, from its start; None hides it."""
        self._playhead = frame
        self.update()

    def set_picture(self, shot_id: str, picture: QImage) -> None:
        """The picture of a shot."""
        self._pictures[shot_id] = picture
        self.update()

    def set_only_chosen(self, only: bool) -> None:
        """Show the track of the open shot alone, where there is little height."""
        self._only_chosen = only
        self.update()

    def fit(self) -> None:
        """Show the whole cut."""
        self._scale = Scale.fit(self._cut.range, self._room()) if self._cut else None
        self._is_whole = True
        self.update()
        self.scaled.emit()

    def zoom(self, factor: float, x: float | None = None) -> None:
        """Come closer by `factor` about pixel `x` of the tracks, about the middle by default."""
        if self._scale is not None:
            middle = self._room() / 2 if x is None else x
            self._scale = self._scale.zoomed(factor, middle, self._room())
            self._is_whole = self.closeness() < _NEARLY
            self.update()
            self.scaled.emit()

    def closeness(self) -> float:
        """How much closer than the whole cut: 1 and more."""
        if self._scale is None or self._cut is None:
            return 1.0
        return self._scale.px_per_frame / Scale.fit(self._cut.range, self._room()).px_per_frame

    def minimumSizeHint(self) -> QSize:
        """One track."""
        return QSize(240, _RULER_PX + _TRACK_PX)

    def _room(self) -> int:
        return max(1, self.width() - _NAMES_PX)

    def _rows(self) -> list[tuple[str, QRect, tuple[ShotRow, ...]]]:
        """Name, place and shots of every track that is shown."""
        rows: list[tuple[str, QRect, tuple[ShotRow, ...]]] = []
        top = _RULER_PX
        for track in self._cut.tracks if self._cut else ():
            holds_chosen = any(shot.id == self._chosen for shot in track.shots)
            if self._only_chosen and self._chosen and not holds_chosen:
                continue
            height = _TRACK_PX if track.shots else _EMPTY_TRACK_PX
            rows.append((track.name, QRect(0, top, self.width(), height), track.shots))
            top += height + _GAP_PX
        return rows

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw everything that is in sight."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour("well"))
        scale, cut = self._scale, self._cut
        if scale is None or cut is None:
            painter.setPen(colour("text_3"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "No timeline is open.")
            return
        self._draw_ruler(painter, scale, cut)
        for name, place, shots in self._rows():
            self._draw_track(painter, scale, place, shots)
            self._draw_name(painter, name, place)
        self._draw_playhead(painter, scale, cut)

    def _draw_ruler(self, painter: QPainter, scale: Scale, cut: Cut) -> None:
        painter.fillRect(QRect(0, 0, self.width(), _RULER_PX), colour("section"))
        painter.setFont(text_font(11))
        for frame in scale.ticks(cut.rate, self._room()):
            x = _NAMES_PX + scale.x(frame)
            if x < _NAMES_PX:
                continue
            painter.setPen(colour("separator"))
            painter.drawLine(QPointF(x, _RULER_PX - 6), QPointF(x, _RULER_PX))
            painter.setPen(colour("text_3"))
            painter.drawText(QPointF(x + 4, _RULER_PX - 6), self._named(cut, frame))

    def _draw_track(
        self, painter: QPainter, scale: Scale, place: QRect, shots: tuple[ShotRow, ...]
    ) -> None:
        painter.save()
        painter.setClipRect(place.adjusted(_NAMES_PX, 0, 0, 0))
        for shot in shots:
            area = self._clip_area(scale, place, shot)
            if area.right() >= _NAMES_PX and area.left() <= self.width():
                picture = self._pictures.get(shot.id)
                draw_clip(painter, area, shot, picture, selected=shot.id == self._chosen)
        painter.restore()

    def _draw_name(self, painter: QPainter, name: str, place: QRect) -> None:
        head = QRect(0, place.top(), _NAMES_PX - 1, place.height())
        painter.fillRect(head, colour("panel"))
        painter.setFont(text_font(11, weight=500))
        painter.setPen(colour("text_2"))
        words = head.adjusted(12, 0, -6, 0)
        metrics = painter.fontMetrics()
        shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, shown)

    def _draw_playhead(self, painter: QPainter, scale: Scale, cut: Cut) -> None:
        if self._playhead is None:
            return
        x = _NAMES_PX + scale.x(self._playhead)
        if not _NAMES_PX <= x <= self.width():
            return
        painter.setPen(QPen(colour("accent"), 1))
        painter.drawLine(QPointF(x, _RULER_PX - 4), QPointF(x, self.height()))
        painter.setFont(text_font(11, weight=600))
        words = self._named(cut, self._playhead)
        width = painter.fontMetrics().horizontalAdvance(words) + 10
        left = min(max(x - width / 2, _NAMES_PX), self.width() - width)
        chip = QRectF(left, 2, width, 16)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("accent"))
        painter.drawRoundedRect(chip, 2, 2)
        painter.setPen(colour("on_accent"))
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, words)

    def _named(self, cut: Cut, frame: int) -> str:
        start = cut.start_timecode
        return str(Timecode(start.frames + frame, start.rate)) if start else str(frame)

    def _clip_area(self, scale: Scale, place: QRect, shot: ShotRow) -> QRectF:
        left = _NAMES_PX + scale.x(shot.record_range.start)
        right = _NAMES_PX + scale.x(shot.record_range.last + 1)
        return QRectF(left, place.top(), max(2.0, right - left - 1), place.height())

    def clip_rect(self, shot_id: str) -> QRect | None:
        """Where a shot's clip is, as far as it is in sight; None when it is not."""
        for _, place, shots in self._rows():
            for shot in shots:
                if shot.id == shot_id and self._scale is not None:
                    area = self._clip_area(self._scale, place, shot).toAlignedRect()
                    seen = area.intersected(self.rect().adjusted(_NAMES_PX, 0, 0, 0))
                    return seen if not seen.isEmpty() else None
        return None

    def _shot_at(self, at: QPointF) -> ShotRow | None:
        if self._scale is None or at.x() < _NAMES_PX:
            return None
        for _, place, shots in self._rows():
            for shot in shots:
                if self._clip_area(self._scale, place, shot).contains(at):
                    return shot
        return None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a shot, or begin to scrub in the ruler."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        if event.position().y() < _RULER_PX:
            self._dragging = True
            self._seek(event.position().x())
            return
        shot = self._shot_at(event.position())
        if shot is not None:
            self.picked.emit(shot.id)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Scrub."""
        if self._dragging:
            self._seek(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of the ruler."""
        self._dragging = False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open a shot with its in and out."""
        shot = self._shot_at(event.position())
        if shot is not None:
            self.opened.emit(shot.id)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the pointer; with Shift, or sideways, pan."""
        across = event.angleDelta().x()
        down = event.angleDelta().y()
        if self._scale is None:
            return
        if across or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._scale = self._scale.panned(-(across or down), self._room())
            self.update()
        else:
            self.zoom(_ZOOM_STEP ** (down / _WHEEL_NOTCH), event.position().x() - _NAMES_PX)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go from shot to shot; Enter opens with in and out."""
        shots = [shot for _, _, row in self._rows() for shot in row]
        place = next((at for at, shot in enumerate(shots) if shot.id == self._chosen), None)
        key = event.key()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and shots:
            step = 1 if key == Qt.Key.Key_Right else -1
            target = 0 if place is None else min(max(place + step, 0), len(shots) - 1)
            self.picked.emit(shots[target].id)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and place is not None:
            self.opened.emit(shots[place].id)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """A clip's tip: its name and what is the matter with it."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            shot = self._shot_at(QPointF(event.pos()))
            if shot is not None:
                line = shot.offline or shot.refused or state_line(shot)
                QToolTip.showText(event.globalPos(), f"{shot.name}\n{line}", self)
                return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A cut that was shown whole stays whole."""
        if self._is_whole:
            self.fit()
        elif self._scale is not None:
            self._scale = self._scale.zoomed(1.0, 0.0, self._room())

    def _seek(self, x: float) -> None:
        if self._scale is not None:
            self.sought.emit(self._scale.frame(x - _NAMES_PX))
