"""The viewer as one part of the window: header, canvas, transport and shot strip."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from void_studio.app.session import Compare, Session, Shown, Tool, Viewing, plain_name
from void_studio.core import FrameRange
from void_studio.gui.viewer.canvas import Canvas
from void_studio.gui.viewer.canvas_input import CanvasInput
from void_studio.gui.viewer.hands import LARGEST_BRUSH, SMALLEST_BRUSH
from void_studio.gui.viewer.header import ViewerHeader
from void_studio.gui.viewer.missing_plate import MissingPlate
from void_studio.gui.viewer.player import Player
from void_studio.gui.viewer.shot_strip import ShotStrip
from void_studio.gui.viewer.transport import Transport
from void_studio.quadmask import Role

__all__ = ["ViewerPane"]

_ZOOM_STEP = 1.5
_SIZE_STEP = 1.15
_COMPACT_BELOW = 560
_JOIN_S = 2.0


class ViewerPane(QWidget):
    """All that an action of viewer, transport or strip does is a method here.

    `close_down` lets go of threads; call it before the session is closed.
    """

    def __init__(
        self, session: Session, parent: QWidget | None = None, *, viewing: Viewing | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("viewer")
        self.session = session
        self.view = session.view
        self.viewing = viewing or Viewing(session)
        self.canvas = Canvas(self.viewing, self)
        self.input = CanvasInput(self.canvas)
        self.missing = MissingPlate(session, self.canvas)
        self.player = Player(self.viewing, self)
        self.header = ViewerHeader(self.view, self)
        self.transport = Transport(self.viewing, self.player, self)
        self.strip = ShotStrip(self.viewing, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part, stretch in (
            (self.header, 0),
            (self.canvas, 1),
            (self.transport, 0),
            (self.strip, 0),
        ):
            column.addWidget(part, stretch)
        self._connect()
        self._follow_frames()

    def close_down(self) -> None:
        """Stop playing, stop listening, let go of pictures, wait for threads. Idempotent."""
        self.player.release()
        self.input.release()
        for part in (self.canvas, self.missing, self.header, self.transport, self.strip):
            part.release()
        self.viewing.frames_changed.disconnect(self._follow_frames, missing_ok=True)
        self.viewing.displays_changed.disconnect(self._follow_frames, missing_ok=True)
        self.viewing.join(_JOIN_S)

    def fit(self) -> None:
        """Show the whole plate."""
        self.canvas.fit()

    def actual_size(self) -> None:
        """One plate pixel to a device pixel."""
        self.zoom_to(1.0)

    def zoom_to(self, zoom: float) -> None:
        """Show the plate at a zoom, 1.0 for 100 %, about the pointer."""
        self.canvas.zoom_to(zoom, self.canvas.marks.pointer)

    def zoom_by(self, factor: float) -> None:
        """Nearer, or further away below 1."""
        self.zoom_to(self.canvas.placement.zoom * factor)

    @property
    def hud_visible(self) -> bool:
        """Whether the chips are shown."""
        return self.canvas.marks.hud

    def zoom_in(self) -> None:
        """Nearer."""
        self.zoom_by(_ZOOM_STEP)

    def zoom_out(self) -> None:
        """Further away."""
        self.zoom_by(1 / _ZOOM_STEP)

    def step(self, by: int) -> None:
        """Go `by` frames on, within the work range."""
        self.go_to(self.view.frame + by)

    def go_to(self, frame: int) -> None:
        """Go to a frame; the nearest one of the work range outside."""
        span = self._span()
        if span:
            self.player.stop()
            self.view.frame = min(span.last, max(span.start, frame))

    def first(self) -> None:
        """Go to the first frame."""
        self.go_to(self._span().start)

    def last(self) -> None:
        """Go to the last frame."""
        self.go_to(self._span().last)

    def previous_painted(self) -> None:
        """Go to the nearest frame before this one on which anything is set."""
        found = [frame for frame in self._painted() if frame < self.view.frame]
        if found:
            self.go_to(found[-1])

    def next_painted(self) -> None:
        """Go to the nearest frame after this one on which anything is set."""
        found = [frame for frame in self._painted() if frame > self.view.frame]
        if found:
            self.go_to(found[0])

    def toggle_play(self) -> None:
        """Play or stop."""
        self.player.toggle()

    def play(self, speed: float) -> None:
        """Play at a speed; 0 stops."""
        if speed:
            self.player.play(speed)
        else:
            self.player.stop()

    def shuttle(self, direction: int) -> None:
        """J (-1), L (1): play this way, again faster; K (0) stops."""
        if direction:
            self.player.shuttle(direction)
        else:
            self.player.stop()

    def set_in(self) -> None:
        """In is here."""
        self.view.in_frame = self.view.frame
        if self.view.out_frame is not None and self.view.out_frame < self.view.frame:
            self.view.out_frame = None

    def set_out(self) -> None:
        """Out is here."""
        self.view.out_frame = self.view.frame
        if self.view.in_frame is not None and self.view.in_frame > self.view.frame:
            self.view.in_frame = None

    def clear_in_out(self) -> None:
        """No in, no out."""
        self.view.in_frame = self.view.out_frame = None

    def toggle_loop(self) -> None:
        """Begin anew at out, or stop there."""
        self.transport.loop.toggle()

    def toggle_overlay(self) -> None:
        """Show or hide the mattes."""
        self.view.overlay_visible = not self.view.overlay_visible

    def hold_overlay_off(self, held: bool) -> None:
        """Hide the mattes while a key is held."""
        self.canvas.overlay_held_off = held
        self.canvas.redraw()

    def cycle_shown(self) -> None:
        """Overlay, matte, boundary, model, and again."""
        order = list(Shown)
        self.view.shown = order[(order.index(self.view.shown) + 1) % len(order)]

    def toggle_onion(self) -> None:
        """Show or hide the outlines of the two neighbours."""
        self.view.onion = not self.view.onion

    def toggle_void_grid(self) -> None:
        """Show or hide VOID's grid."""
        self.view.void_grid = not self.view.void_grid

    def toggle_hud(self) -> None:
        """Show or hide the chips."""
        self.canvas.marks.set_hud(not self.canvas.marks.hud)

    def compare_by(self, how: Compare) -> None:
        """Compare this way, or no longer when it is this way already."""
        self.view.compare = Compare.NONE if self.view.compare is how else how

    def set_wipe_angle(self, degrees: float) -> None:
        """Turn the wipe's line."""
        self.canvas.set_wipe(replace(self.canvas.wipe, angle=degrees))

    def swap_role(self) -> None:
        """Paint the other role: on the top layer of that role, never changing a layer's."""
        role = Role.AFFECTED if self.view.role is Role.REMOVE else Role.REMOVE
        shot = self.session.shot
        layers = shot.document.layers if shot else ()
        self.view.layer_id = next((layer.id for layer in layers if layer.role is role), None)
        self.view.role = role

    def brush_smaller(self) -> None:
        """A smaller brush."""
        self._scale_brush(1 / _SIZE_STEP)

    def brush_larger(self) -> None:
        """A larger brush."""
        self._scale_brush(_SIZE_STEP)

    def set_tool(self, tool: Tool) -> None:
        """Take a tool."""
        self.view.tool = tool

    def copy_from_neighbour(self, by: int) -> None:
        """Take the layer's matte over from the frame before (-1) or after (1)."""
        shot = self.session.shot
        if shot is not None and self.view.frame + by in shot.document.range:
            shot.painting.copy_from(self.view.frame + by)

    def clear_frame(self) -> None:
        """Take away what is painted on the layer here."""
        if self.session.shot is not None:
            self.session.shot.painting.clear(self.view.stroke_lives)

    def undo(self) -> None:
        """Take the newest step back."""
        if self.session.shot is not None:
            self.session.shot.painting.undo()

    def redo(self) -> None:
        """Do what was undone last again."""
        if self.session.shot is not None:
            self.session.shot.painting.redo()

    def cancel(self) -> None:
        """Forget what a tool has drafted."""
        self.input.cancel()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A lower strip where there is little height."""
        super().resizeEvent(event)
        self.strip.set_compact(self.height() < _COMPACT_BELOW)

    def _connect(self) -> None:
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFocusProxy(self.canvas)
        self.viewing.frames_changed.connect(self._follow_frames)
        self.viewing.displays_changed.connect(self._follow_frames)
        self.header.zoom_chosen.connect(self._choose_zoom)
        self.canvas.placed.connect(self._show_zoom)
        self.player.dropped_changed.connect(self.canvas.marks.set_dropped)
        self.player.flickered.connect(self._flicker)
        self.strip.scrubbed.connect(self.player.stop)
        self.input.space_tapped.connect(self.player.toggle)
        self.input.overlay_tapped.connect(self.toggle_overlay)
        self.input.overlay_held.connect(self.hold_overlay_off)

    def _follow_frames(self) -> None:
        shot = self.session.shot
        if shot is not None:
            self.header.set_displays(plain_name(shot.plate), self.viewing.displays)
        self.header.setEnabled(shot is not None)

    def _choose_zoom(self, zoom: float) -> None:
        if zoom:
            self.canvas.zoom_to(zoom)
        else:
            self.canvas.fit()

    def _show_zoom(self) -> None:
        self.header.set_zoom(self.canvas.placement.zoom, fits=self.canvas.fits)

    def _flicker(self) -> None:
        self.canvas.show_b = not self.canvas.show_b
        self.canvas.redraw()

    def _scale_brush(self, by: float) -> None:
        grown = self.view.brush_px * by
        step = max(1.0, abs(grown - self.view.brush_px))
        size = self.view.brush_px + (step if by > 1 else -step)
        self.view.brush_px = round(min(LARGEST_BRUSH, max(SMALLEST_BRUSH, size)))

    def _span(self) -> FrameRange:
        shot = self.session.shot
        return shot.work if shot else FrameRange(0, 0)

    def _painted(self) -> tuple[int, ...]:
        facts = self.strip.facts
        return facts.painted(self._span()) if facts else ()
