"""Mouse, pen and wheel on the canvas."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QTabletEvent, QWheelEvent

from void_studio.app.session import Compare, Tool
from void_studio.gui.viewer.canvas import Canvas
from void_studio.gui.viewer.canvas_words import locked_words
from void_studio.gui.viewer.hand_choice import PANNING_TOOLS, hand_for
from void_studio.gui.viewer.hands import BrushHand, RestingHand
from void_studio.gui.viewer.held_keys import HeldKey
from void_studio.gui.viewer.pointer import Draft, Hand, Pointer
from void_studio.gui.viewer.wipe_hand import WipeHand

__all__ = ["CanvasInput"]

_NOTCH = 120.0
_ZOOM_PER_NOTCH = 1.25
_DRAWN_CURSORS = frozenset(Tool) - {Tool.SELECT, *PANNING_TOOLS}


class CanvasInput(QObject):
    """Gives what the pointer does to the hand of the tool that is chosen, or pans.

    Space held, the middle button and the hand tool pan; the wheel zooms about the pointer. A pen is
    heard directly, so that its pressure is known and no mouse event is made up for it. Space and
    backquote mean another thing when only tapped.
    """

    space_tapped = Signal()
    overlay_tapped = Signal()
    overlay_held = Signal(bool)

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._hand: Hand = RestingHand()
        self._wipe = WipeHand(canvas)
        self._panning_from: QPointF | None = None
        self._pressed = False
        self._space = HeldKey(
            Qt.Key.Key_Space, tapped=self.space_tapped.emit, held=lambda _: self._show_cursor()
        )
        self._backquote = HeldKey(
            Qt.Key.Key_QuoteLeft, tapped=self.overlay_tapped.emit, held=self.overlay_held.emit
        )
        canvas.installEventFilter(self)
        canvas.view.changed.connect(self._follow_view)
        canvas.viewing.frames_changed.connect(self._choose)
        self._choose()

    def release(self) -> None:
        """Stop listening to the session."""
        self._canvas.view.changed.disconnect(self._follow_view, missing_ok=True)
        self._canvas.viewing.frames_changed.disconnect(self._choose, missing_ok=True)

    @property
    def is_busy(self) -> bool:
        """Whether the pen is down."""
        return self._pressed

    def cancel(self) -> None:
        """Escape: forget what is drafted."""
        self._hand.cancel()
        self._show_draft()

    def finish(self) -> None:
        """Enter: do what is drafted."""
        self._hand.finish()
        self._show_draft()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hear the canvas's events."""
        if isinstance(event, QTabletEvent):
            return self._hear_pen(event)
        if isinstance(event, QMouseEvent):
            return self._hear_mouse(event)
        if isinstance(event, QWheelEvent):
            return self._hear_wheel(event)
        if isinstance(event, QKeyEvent):
            return self._hear_key(event)
        if event.type() == QEvent.Type.Leave:
            self._canvas.marks.move_pointer(None)
        elif event.type() == QEvent.Type.Enter:
            self._show_cursor()
        elif event.type() == QEvent.Type.FocusOut:
            self._space.let_go()
            self._backquote.let_go()
        return False

    def _choose(self) -> None:
        shot = self._canvas.shot
        self._hand.cancel()
        self._pressed = False
        self._hand = hand_for(shot, self._canvas.view) if shot else RestingHand()
        self._canvas.marks.set_draft(Draft())
        self._show_cursor()

    def _follow_view(self, field: str) -> None:
        if field == "tool":
            self._choose()
        elif field in {"shown", "compare", "layer_id"}:
            self._show_cursor()
        elif field == "frame":
            self._show_cursor()
            if self._pressed:
                self._hand.cancel()
                self._pressed = False

    def _hear_pen(self, event: QTabletEvent) -> bool:
        at = event.position()
        pressure = event.pressure()
        if event.type() == QEvent.Type.TabletPress:
            self._press(at, event.button(), event.modifiers(), pressure)
        elif event.type() == QEvent.Type.TabletMove:
            self._move(at, event.modifiers(), pressure)
        elif event.type() == QEvent.Type.TabletRelease:
            self._release(at, event.modifiers(), pressure)
        event.accept()
        return True

    def _hear_mouse(self, event: QMouseEvent) -> bool:
        at, keys = event.position(), event.modifiers()
        if event.type() == QEvent.Type.MouseButtonPress:
            self._canvas.setFocus(Qt.FocusReason.MouseFocusReason)
            self._press(at, event.button(), keys, 1.0)
        elif event.type() == QEvent.Type.MouseMove:
            self._move(at, keys, 1.0)
        elif event.type() == QEvent.Type.MouseButtonRelease:
            self._release(at, keys, 1.0)
        elif event.type() == QEvent.Type.MouseButtonDblClick:
            self._press(at, event.button(), keys, 1.0)
            self.finish()
        else:
            return False
        return True

    def _hear_wheel(self, event: QWheelEvent) -> bool:
        turned = event.angleDelta().y() / _NOTCH
        if turned:
            zoom = self._canvas.placement.zoom * math.pow(_ZOOM_PER_NOTCH, turned)
            self._canvas.zoom_to(zoom, event.position())
        return True

    def _hear_key(self, event: QKeyEvent) -> bool:
        if self._space.hear(event) or self._backquote.hear(event):
            return True
        key, down = event.key(), event.type() == QEvent.Type.KeyPress
        if key == Qt.Key.Key_Alt and event.type() in {QEvent.Type.KeyPress, QEvent.Type.KeyRelease}:
            self._canvas.marks.alt = down
            self._canvas.marks.move_pointer(self._canvas.marks.pointer)
        if not down:
            return False
        if key == Qt.Key.Key_Escape:
            self.cancel()
            return True
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers():
            self.finish()
            return True
        return False

    def _press(
        self, at: QPointF, button: Qt.MouseButton, keys: Qt.KeyboardModifier, pressure: float
    ) -> None:
        canvas = self._canvas
        if button == Qt.MouseButton.MiddleButton or self._pans(button):
            self._panning_from = at
            canvas.setCursor(Qt.CursorShape.ClosedHandCursor)
            return
        if button != Qt.MouseButton.LeftButton:
            return
        pointer = self._pointer(at, keys, pressure)
        if canvas.view.compare is Compare.WIPE:
            self._pressed = self._wipe.press(at)
        elif canvas.can_paint:
            self._pressed = True
            self._hand.press(pointer)
            self._show_draft()

    def _move(self, at: QPointF, keys: Qt.KeyboardModifier, pressure: float) -> None:
        canvas = self._canvas
        if self._panning_from is not None:
            moved = at - self._panning_from
            self._panning_from = at
            canvas.pan(moved.x(), moved.y())
            return
        pointer = self._pointer(at, keys, pressure)
        if self._pressed and canvas.view.compare is Compare.WIPE:
            self._wipe.move(at, snap=pointer.shift)
        elif self._pressed:
            self._hand.move(pointer)
        elif canvas.can_paint:
            self._hand.hover(pointer)
        stands = isinstance(self._hand, BrushHand) and self._hand.is_sizing
        canvas.marks.alt = pointer.alt
        canvas.marks.move_pointer(canvas.marks.pointer if stands else at)
        self._show_draft()

    def _release(self, at: QPointF, keys: Qt.KeyboardModifier, pressure: float) -> None:
        if self._panning_from is not None:
            self._panning_from = None
            self._show_cursor()
        elif self._pressed:
            self._pressed = False
            if self._canvas.view.compare is Compare.WIPE:
                self._wipe.release()
            else:
                self._hand.release(self._pointer(at, keys, pressure))
                self._show_draft()

    def _pans(self, button: Qt.MouseButton) -> bool:
        if button != Qt.MouseButton.LeftButton:
            return False
        if self._space.is_down:
            self._space.used()
            return True
        return self._canvas.view.tool in PANNING_TOOLS

    def _pointer(self, at: QPointF, keys: Qt.KeyboardModifier, pressure: float) -> Pointer:
        canvas = self._canvas
        ratio = canvas.devicePixelRatioF()
        x, y = canvas.to_plate(at)
        return Pointer(
            x,
            y,
            at.x() * ratio,
            at.y() * ratio,
            zoom=canvas.placement.zoom / ratio,
            pressure=min(1.0, max(0.0, pressure)),
            shift=bool(keys & Qt.KeyboardModifier.ShiftModifier),
            alt=bool(keys & Qt.KeyboardModifier.AltModifier),
            ctrl=bool(keys & Qt.KeyboardModifier.ControlModifier),
        )

    def _show_draft(self) -> None:
        self._canvas.marks.set_draft(self._hand.draft())

    def _show_cursor(self) -> None:
        canvas = self._canvas
        if canvas.shot is None or (
            not canvas.can_paint and canvas.view.compare is not Compare.NONE
        ):
            canvas.setCursor(Qt.CursorShape.ArrowCursor)
        elif self._space.is_down or canvas.view.tool in PANNING_TOOLS:
            canvas.setCursor(Qt.CursorShape.OpenHandCursor)
        elif canvas.can_paint and locked_words(canvas):
            canvas.setCursor(Qt.CursorShape.ForbiddenCursor)
        elif canvas.view.tool in _DRAWN_CURSORS and canvas.can_paint:
            canvas.setCursor(Qt.CursorShape.BlankCursor)
        else:
            canvas.setCursor(Qt.CursorShape.ArrowCursor)
