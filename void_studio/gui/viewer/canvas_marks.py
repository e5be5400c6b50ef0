"""What is drawn over the samples, and which part of the canvas that touches."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QPainter

from void_studio.app.session import Compare, Shown, Tool
from void_studio.core import Rect
from void_studio.gui.theme import colour
from void_studio.gui.viewer.canvas_words import chip_words, locked_words, message_of
from void_studio.gui.viewer.hud import Chip, draw_chip, placed_chips
from void_studio.gui.viewer.marks import (
    circle_reach,
    draw_canvas_rect,
    draw_circle,
    draw_cross,
    draw_draft,
    draw_prompts,
    draw_void_grid,
    draw_wipe,
)
from void_studio.gui.viewer.pointer import Draft, DraftForm

if TYPE_CHECKING:
    from void_studio.gui.viewer.canvas import Canvas

__all__ = ["CanvasMarks"]

_CIRCLE_TOOLS = (Tool.BRUSH, Tool.ERASER, Tool.LINE)
_CROSS_TOOLS = (
    Tool.FILL,
    Tool.LASSO,
    Tool.POLYGON,
    Tool.RECTANGLE,
    Tool.ELLIPSE,
    Tool.GRID,
    Tool.POINT,
    Tool.BOX,
)
_CROSS_REACH = 20.0
WIPE_TURN_FROM = 0.22


class CanvasMarks:
    """Chips, drafts, prompts, grids, wipe and cursor of one canvas; of the GUI's thread.

    `hud` shows the chips. `canvas_rect` is where the engine's canvas lies on the plate on the frame
    that is shown, None to draw none; `canvas_path` the middles of a following one.
    """

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self.hud = True
        self.compact = False
        self.canvas_rect: Rect | None = None
        self.canvas_path: tuple[tuple[float, float], ...] = ()
        self.pointer: QPointF | None = None
        self.alt = False
        self.draft = Draft()
        self.note = ""
        self.dropped: int | None = None
        self._hidden: frozenset[QRect] = frozenset()
        self._placed: tuple[Chip, ...] = ()
        self._placed_for: object = None

    def set_hud(self, shown: bool) -> None:
        """Show or hide the chips."""
        self.hud = shown
        self._canvas.update()

    def set_note(self, note: str) -> None:
        """Words after the tool's in its chip: why nothing is painted here. Empty for none."""
        if note != self.note:
            self.note = note
            self._canvas.update()

    def set_dropped(self, dropped: int | None) -> None:
        """How many frames playing has left out; None while nothing was played."""
        if dropped != self.dropped:
            self.dropped = dropped
            self._canvas.update()

    def set_canvas_rect(
        self, rect: Rect | None, path: tuple[tuple[float, float], ...] = ()
    ) -> None:
        """Where the engine's canvas lies, for the framing tool."""
        self.canvas_rect, self.canvas_path = rect, path
        self._canvas.update()

    def follow(self, field: str) -> None:
        """Something changed that is seen in chips or cursor."""
        if field in {"void_grid", "tool"}:
            self._canvas.update()
            return
        for chip in self._chips():
            self._canvas.update(chip.rect)
        self.move_pointer(self.pointer)

    def move_pointer(self, at: QPointF | None) -> None:
        """The pointer is here now; what it leaves and what it enters is repainted."""
        canvas, before = self._canvas, self._cursor_rect()
        self.pointer = at
        canvas.update(before.united(self._cursor_rect()))
        near = frozenset(chip.rect for chip in self._chips() if chip.is_near(self._pixel()))
        for rect in near ^ self._hidden:
            canvas.update(rect)
        self._hidden = near

    def set_draft(self, draft: Draft) -> None:
        """Show what a hand is about to do."""
        if draft != self.draft:
            is_large = DraftForm.NONE not in {self.draft.form, draft.form} or draft.points
            self.draft = draft
            if is_large or draft.form is DraftForm.NONE or draft.form is DraftForm.CELL:
                self._canvas.update()

    def draw(self, painter: QPainter, dirty: QRect) -> None:
        """Draw what meets `dirty`."""
        canvas = self._canvas
        message = message_of(canvas)
        if message:
            self._draw_message(painter, message)
        elif canvas.shot is not None:
            self._draw_lines(painter)
        if self.hud:
            for chip in self._chips():
                if chip.rect.intersects(dirty) and not chip.is_near(self._pixel()):
                    draw_chip(painter, chip, canvas.font())
        if self._cursor_rect().intersects(dirty) and not message:
            self._draw_cursor(painter)

    def wipe_places(self) -> tuple[QPointF, QPointF, QPointF]:
        """The wipe's handle to move, its direction (length 1), and its handle to turn."""
        canvas = self._canvas
        turn = math.radians(canvas.wipe.angle)
        along = QPointF(-math.sin(turn), math.cos(turn))
        at = canvas.to_view(canvas.wipe.x, canvas.wipe.y)
        reach = max(40.0, WIPE_TURN_FROM * canvas.picture_rect().height())
        return at, along, at + along * reach

    def _draw_lines(self, painter: QPainter) -> None:
        canvas = self._canvas
        view, shot = canvas.view, canvas.shot
        if shot is None:
            return
        if view.void_grid or view.tool is Tool.GRID:
            draw_void_grid(painter, shot.plate.extent, canvas.to_view)
        if self.canvas_rect is not None and view.tool is Tool.FRAMING:
            draw_canvas_rect(
                painter, self.canvas_rect, shot.plate.extent, self.canvas_path, canvas.to_view
            )
        if view.compare is Compare.WIPE and canvas.composition.other is not None:
            draw_wipe(painter, *self.wipe_places())
        if view.compare is Compare.NONE and view.shown is not Shown.MODEL:
            self._draw_prompts(painter)
        draw_draft(painter, self.draft, canvas.to_view)

    def _draw_prompts(self, painter: QPainter) -> None:
        canvas = self._canvas
        shot, frame = canvas.shot, canvas.shown_frame
        if shot is None or frame is None or not canvas.view.overlay_visible:
            return
        asked = [layer for layer in reversed(shot.document.layers) if layer.prompts]
        for number, layer in enumerate(asked, 1):
            text = str(number) if len(asked) > 1 else ""
            draw_prompts(painter, layer.prompts, frame, canvas.to_view, text)

    def _draw_cursor(self, painter: QPainter) -> None:
        canvas, at = self._canvas, self.pointer
        if at is None or not canvas.can_paint or locked_words(canvas):
            return
        tool = canvas.view.tool
        if tool in _CIRCLE_TOOLS:
            erases = (tool is Tool.ERASER) != self.alt
            draw_circle(painter, at, self._brush_radius(), dashed=erases)
        elif tool in _CROSS_TOOLS:
            sign = ("-" if self.alt else "+") if tool is Tool.POINT else ""
            draw_cross(painter, at, sign)

    def _brush_radius(self) -> float:
        canvas = self._canvas
        return canvas.view.brush_px / 2 * canvas.placement.zoom / canvas.devicePixelRatioF()

    def _cursor_rect(self) -> QRect:
        if self.pointer is None:
            return QRect()
        reach = _CROSS_REACH
        if self._canvas.view.tool in _CIRCLE_TOOLS:
            reach = circle_reach(self._brush_radius()) + 2
        at = self.pointer
        return QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach).toAlignedRect()

    def _chips(self) -> tuple[Chip, ...]:
        canvas = self._canvas
        if not self.hud or canvas.shot is None:
            return ()
        words, picture = chip_words(canvas, self), canvas.picture_rect()
        key = (
            tuple(map(tuple, words.values())),
            picture.getRect(),
            canvas.width(),
            canvas.height(),
        )
        if key != self._placed_for:
            self._placed_for = key
            self._placed = placed_chips(words, picture, canvas.size(), canvas.font())
        return self._placed

    def _pixel(self) -> QPoint | None:
        return self.pointer.toPoint() if self.pointer is not None else None

    def _draw_message(self, painter: QPainter, message: tuple[str, str]) -> None:
        canvas = self._canvas
        title, rest = message
        area = canvas.rect().adjusted(24, 24, -24, -24)
        strong = QFont(canvas.font())
        strong.setPixelSize(13)
        strong.setWeight(QFont.Weight.DemiBold)
        painter.setPen(colour("text_2"))
        painter.setFont(strong)
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
        upper = QRect(area.x(), area.center().y() - 40, area.width(), 40)
        painter.drawText(upper, flags | Qt.AlignmentFlag.AlignBottom, title)
        quiet = QFont(canvas.font())
        quiet.setPixelSize(12)
        painter.setFont(quiet)
        painter.setPen(colour("text_3"))
        lower = QRect(area.x(), area.center().y() + 8, area.width(), 80)
        painter.drawText(lower, flags | Qt.AlignmentFlag.AlignTop, rest)
