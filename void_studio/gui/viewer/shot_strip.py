"""The shot's own strip: every frame of the work range, what is painted on it, where we are."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFont,
    QFontMetrics,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from void_studio.app.session import Viewing
from void_studio.core import FrameRange, Rect
from void_studio.gui.controls import link_button, paint_role, titled
from void_studio.gui.theme import colour, size
from void_studio.gui.viewer.strip_facts import Drift, StripFacts
from void_studio.gui.viewer.strip_menu import fill_menu
from void_studio.gui.viewer.strip_paint import (
    RULER,
    StripPlan,
    draw_bracket,
    draw_cell,
    draw_hatch,
    draw_ruler,
)
from void_studio.quadmask import QuadmaskDocument, Role

__all__ = ["ShotStrip"]

_LABELS, _LABELS_COMPACT, _RIGHT = 132, 108, 12
_ROLES = (Role.REMOVE, Role.AFFECTED)


class ShotStrip(QWidget):
    """Drag in the ruler scrubs, drag in the rows selects frames, a click goes to one.

    `selected` is the range that was dragged, None for none. `suspect_opened` carries a suspect
    frame that was double clicked, `propagate_wanted` a frame to propagate from.
    """

    selected_changed = Signal()
    suspect_opened = Signal(int)
    propagate_wanted = Signal(int)
    scrubbed = Signal()

    def __init__(self, viewing: Viewing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        titled(self, "strip.shot", "Shot strip")
        self.setToolTip("")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(size("shot_strip"))
        self.viewing = viewing
        self.view = viewing.session.view
        self.drift = Drift()
        self.selected: FrameRange | None = None
        self._facts: StripFacts | None = None
        self._document: QuadmaskDocument | None = None
        self._still: QPixmap | None = None
        self._scrubs = False
        self._anchor: int | None = None
        self.handles = link_button(
            "strip.fill_handles", "Fill handles", self, tip="Propagate into the empty handles"
        )
        self.handles.clicked.connect(self.propagate_into_handles)
        viewing.frames_changed.connect(self._follow_shot)
        self.view.changed.connect(self._follow_view)
        self._follow_shot()

    def release(self) -> None:
        """Stop listening to the session."""
        self.viewing.frames_changed.disconnect(self._follow_shot, missing_ok=True)
        self.view.changed.disconnect(self._follow_view, missing_ok=True)
        self._listen(None)

    def sizeHint(self) -> QSize:
        """As high as the layout says."""
        return QSize(600, self.height())

    @property
    def facts(self) -> StripFacts | None:
        """What is known of the shot's frames; None without a shot."""
        return self._facts

    def set_drift(self, drift: Drift) -> None:
        """Show what checks or a segmenter found."""
        self.drift = drift
        self._changed()

    def set_compact(self, compact: bool) -> None:
        """Be as low as a small window needs it."""
        self.setFixedHeight(size("shot_strip_compact" if compact else "shot_strip"))
        self._place_button()

    def select(self, frames: FrameRange | None) -> None:
        """Mark frames."""
        self.selected = frames
        self.selected_changed.emit()
        self.update()

    def propagate_into_handles(self) -> None:
        """Carry what is painted into the frames of head and tail that it does not reach."""
        shot = self.viewing.session.shot
        if shot is not None:
            shot.propagate_into_handles()

    def plan(self) -> StripPlan | None:
        """Where everything lies; None without a shot."""
        shot = self.viewing.session.shot
        if shot is None or not shot.work:
            return None
        left = self._label_width()
        area = QRect(left, 0, max(40, self.width() - left - _RIGHT), self.height() - 2)
        return StripPlan(shot.work, area, 3 if self.drift.values else 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw everything: it is a few hundred rectangles."""
        painter = QPainter(self)
        plan, facts = self.plan(), self._facts
        if plan is None or facts is None:
            painter.fillRect(self.rect(), colour("panel"))
            self._draw_nothing(painter)
            return
        painter.drawPixmap(0, 0, self._still_part(plan, facts))
        self._draw_marks(painter, plan)
        if self.hasFocus():
            painter.setPen(colour("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw anew."""
        super().resizeEvent(event)
        self._changed()

    def _still_part(self, plan: StripPlan, facts: StripFacts) -> QPixmap:
        """All that does not move with the playhead, drawn once."""
        ratio = self.devicePixelRatioF()
        if self._still is None or self._still.devicePixelRatioF() != ratio:
            self._still = QPixmap(self.size() * ratio)
            self._still.setDevicePixelRatio(ratio)
            painter = QPainter(self._still)
            painter.fillRect(self.rect(), colour("panel"))
            painter.fillRect(plan.area, colour("well"))
            self._draw_labels(painter, plan)
            self._draw_rows(painter, plan, facts)
            self._draw_memory(painter, plan)
            self._draw_handles(painter, plan)
            painter.end()
        return self._still

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to scrub or to select."""
        plan = self.plan()
        if plan is None or event.button() != Qt.MouseButton.LeftButton:
            return
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        frame = plan.frame_at(event.position().x())
        self._scrubs = event.position().y() < RULER
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and not self._scrubs:
            self._anchor = self.view.frame
            self._drag_to(frame)
            return
        self._anchor = frame
        self.select(None)
        self._go(frame)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on."""
        plan = self.plan()
        if plan is None or self._anchor is None:
            return
        frame = plan.frame_at(event.position().x())
        if self._scrubs:
            self._go(frame)
        else:
            self._drag_to(frame)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End it."""
        self._anchor = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Go to a suspect and show what is wrong with it."""
        plan = self.plan()
        if plan is not None:
            frame = plan.frame_at(event.position().x())
            self._go(frame)
            if self.drift.is_suspect(frame):
                self.suspect_opened.emit(frame)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with the frames under the pointer, or with the selected ones."""
        plan, shot = self.plan(), self.viewing.session.shot
        if plan is None or shot is None:
            return
        frame = plan.frame_at(event.pos().x())
        chosen = self.selected
        frames = chosen if chosen and frame in chosen else FrameRange(frame, 1)
        menu = QMenu(self)
        fill_menu(menu, self, shot, frame, frames)
        menu.popup(event.globalPos())
        menu.aboutToHide.connect(menu.deleteLater)

    def event(self, event: QEvent) -> bool:
        """Tell what is under the pointer."""
        if isinstance(event, QHelpEvent):
            self.setToolTip(self._words_at(event.pos().x()))
        return super().event(event)

    def _words_at(self, x: float) -> str:
        plan, facts = self.plan(), self._facts
        if plan is None or facts is None or x < plan.area.x():
            return ""
        frame = plan.frame_at(x)
        words = [f"{role.value}: {facts.state(role, frame).value}" for role in _ROLES]
        shot = self.viewing.session.shot
        handle = ["handle"] if shot and frame not in shot.source else []
        suspect = ["suspect"] if self.drift.is_suspect(frame) else []
        return ", ".join([f"Frame {frame}", *words, *handle, *suspect])

    def _go(self, frame: int) -> None:
        self.scrubbed.emit()
        self.view.frame = frame

    def _drag_to(self, frame: int) -> None:
        anchor = frame if self._anchor is None else self._anchor
        if frame != anchor or self.selected is not None:
            self.select(FrameRange.of(min(anchor, frame), max(anchor, frame)))

    def _follow_shot(self) -> None:
        shot = self.viewing.session.shot if self.viewing.frames else None
        if self._facts is None or shot is None or not self._facts.is_of(shot):
            self.drift = Drift()
        self._listen(shot.document if shot else None)
        self._facts = StripFacts(shot) if shot else None
        self.selected = None
        server = self.viewing.frames
        if server is not None:
            server.cache_changed.disconnect(self._changed, missing_ok=True)
            server.cache_changed.connect(self._changed)
        if shot is not None:
            shot.proposals_changed.connect(self._changed)
            shot.settings_changed.connect(self._changed)
        self._changed()

    def _listen(self, document: QuadmaskDocument | None) -> None:
        if self._document is not None:
            self._document.changed.disconnect(self._follow_paint, missing_ok=True)
            self._document.layers_changed.disconnect(self._forget_all, missing_ok=True)
        self._document = document
        if document is not None:
            document.changed.connect(self._follow_paint)
            document.layers_changed.connect(self._forget_all)

    def _follow_paint(self, layer_id: str, frame: int, rect: Rect) -> None:
        if self._facts is not None and self._facts.changed(frame):
            self._changed()

    def _forget_all(self) -> None:
        if self._facts is not None:
            self._facts.forget()
            self._changed()

    def _changed(self, _: object = None) -> None:
        self._still = None
        self._place_button()
        self.update()

    def _follow_view(self, field: str) -> None:
        if field in {"frame", "in_frame", "out_frame"}:
            self.update()

    def _label_width(self) -> int:
        return _LABELS_COMPACT if self.width() < 900 else _LABELS

    def _place_button(self) -> None:
        """The button stands under the labels while a handle is empty."""
        facts, shot = self._facts, self.viewing.session.shot
        missing = len(facts.empty_handles()) if facts and shot and not shot.read_only else 0
        self.handles.setVisible(bool(missing) and not self.drift.values)
        self.handles.setToolTip(f"Propagate into {missing} empty frames of head and tail")
        top = self.height() - 22
        self.handles.setGeometry(6, top, self._label_width() - 12, 20)

    def _small_font(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(11)
        return font

    def _draw_nothing(self, painter: QPainter) -> None:
        painter.setPen(colour("text_3"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "No shot chosen.")

    def _draw_labels(self, painter: QPainter, plan: StripPlan) -> None:
        font = self._small_font()
        painter.setFont(font)
        painter.setPen(colour("text_3"))
        work = f"Work {plan.frames.start}\N{EN DASH}{plan.frames.last}"
        head = QRect(12, 0, self._label_width() - 16, RULER)
        painter.drawText(head, Qt.AlignmentFlag.AlignVCenter, work)
        for index, role in enumerate(_ROLES):
            band = plan.row(index)
            middle = band.center().y() + 1
            paint_role(painter, QRectF(12, middle - 5, 10, 10), role.value)
            painter.setPen(colour("text_2"))
            place = QRect(28, band.y(), self._label_width() - 32, band.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, role.value.capitalize())
        if self.drift.values:
            self._draw_drift_label(painter, plan.row(2), font)

    def _draw_drift_label(self, painter: QPainter, band: QRect, font: QFont) -> None:
        painter.setPen(colour("text_2"))
        place = QRect(12, band.y(), self._label_width() - 16, band.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, "Drift")
        count = len(self.drift.suspects)
        if count:
            painter.setPen(colour("warn"))
            after = place.adjusted(QFontMetrics(font).horizontalAdvance("Drift") + 10, 0, 0, 0)
            words = f"{count} suspect" + ("s" if count > 1 else "")
            painter.drawText(after, Qt.AlignmentFlag.AlignVCenter, words)

    def _draw_rows(self, painter: QPainter, plan: StripPlan, facts: StripFacts) -> None:
        proposed = {role: facts.proposed(role) for role in _ROLES}
        for frames in plan.cells():
            for index, role in enumerate(_ROLES):
                is_proposed = not proposed[role].isdisjoint(frames)
                rect = plan.cell_rect(frames, index)
                state = facts.loudest(role, frames)
                draw_cell(painter, rect, state, role.value, proposed=is_proposed)
            if self.drift.values:
                self._draw_drift(painter, plan, frames)

    def _draw_drift(self, painter: QPainter, plan: StripPlan, frames: range) -> None:
        value = max(self.drift.values.get(frame, 0.0) for frame in frames)
        rect = plan.cell_rect(frames, 2)
        high = max(1.0, rect.height() * min(1.0, value))
        suspect = any(self.drift.is_suspect(frame) for frame in frames)
        bar = QRectF(rect.x(), rect.bottom() - high, rect.width(), high)
        painter.fillRect(bar, colour("warn" if suspect else "text_disabled"))

    def _draw_memory(self, painter: QPainter, plan: StripPlan) -> None:
        server = self.viewing.frames
        if server is None:
            return
        foot = plan.foot()
        painter.fillRect(foot, colour("line"))
        cached = server.cached
        for frames in plan.cells():
            if not cached.isdisjoint(frames):
                left, right = round(plan.x(frames.start)), round(plan.x(frames.stop))
                painter.fillRect(left, foot.y(), right - left, 3, colour("text_disabled"))

    def _draw_handles(self, painter: QPainter, plan: StripPlan) -> None:
        shot = self.viewing.session.shot
        if shot is None:
            return
        inside = shot.source.intersect(plan.frames)
        height = plan.row(plan.rows - 1).bottom() - RULER + 1
        for first, stop in ((plan.frames.start, inside.start), (inside.stop, plan.frames.stop)):
            if stop > first:
                left, right = plan.x(first), plan.x(stop)
                draw_hatch(painter, QRectF(left, RULER, right - left, height))

    def _draw_marks(self, painter: QPainter, plan: StripPlan) -> None:
        bottom = plan.foot().y() - 1
        if self.selected is not None:
            left, right = plan.x(self.selected.start), plan.x(self.selected.stop)
            wash = colour("text_1").toRgb()
            wash.setAlphaF(0.16)
            painter.fillRect(QRectF(left, RULER, right - left, bottom - RULER), wash)
        draw_ruler(painter, plan, self.view.frame, self._small_font())
        if self.view.in_frame is not None:
            draw_bracket(painter, plan.x(self.view.in_frame) + 1, 6, bottom, opens=True)
        if self.view.out_frame is not None:
            draw_bracket(painter, plan.x(self.view.out_frame + 1) - 1, 6, bottom, opens=False)
        left = round(plan.x(self.view.frame))
        width = max(3, round(plan.cell))
        painter.setPen(colour("accent"))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(left - 1, RULER - 2, width, bottom - RULER + 2)
