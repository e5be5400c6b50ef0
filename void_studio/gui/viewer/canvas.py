"""The canvas: one frame of the plate with its mattes, exact to the pixel.

Samples are composed in a buffer of device pixels; painting changes only the part that was touched.
Lines, chips and the cursor are drawn over it in `paintEvent`, clipped to what is repainted.
"""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QImage,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from void_studio.app.session import (
    Compare,
    OpenShot,
    Picture,
    Shown,
    Viewing,
)
from void_studio.core import Extent, Rect
from void_studio.gui.controls import titled
from void_studio.gui.theme import colour
from void_studio.gui.viewer.canvas_marks import CanvasMarks
from void_studio.gui.viewer.composition import Composition, Look, Wipe
from void_studio.gui.viewer.mattes import (
    is_alone,
    mattes_of,
    onion_outlines,
    selected_outline,
    without_affected,
)
from void_studio.gui.viewer.overlay import SELECTED_PX, OverlayStyle, Rgb
from void_studio.gui.viewer.placement import Placement
from void_studio.gui.viewer.proposal_outlines import ProposalOutlines
from void_studio.quadmask import QuadmaskDocument

__all__ = ["Canvas"]

_READ_ONLY_SHOWN = (Shown.MODEL,)


class Canvas(QWidget):
    """Shows `view.frame` of the open shot; what is shown is told by `shown_frame`.

    While the picture of a frame is not there, the one before stays, with its own mattes and number,
    and nothing can be painted. `placed` tells that zoom or place changed; `shown_changed` that
    another frame is shown. Input is `CanvasInput`'s.
    """

    placed = Signal()
    wipe_moved = Signal()
    shown_changed = Signal(int)

    def __init__(self, viewing: Viewing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        titled(self, "viewer.canvas", "Viewer")
        self.setToolTip("")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_TabletTracking)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(QSize(320, 180))
        self.viewing = viewing
        self.session = viewing.session
        self.view = viewing.session.view
        self.composition = Composition()
        self.placement = Placement(Extent(1, 1), Extent(1, 1))
        self.marks = CanvasMarks(self)
        self.wipe = Wipe(0, 0)
        self.gain = 4.0
        self.surround = "viewer"
        self.show_b = False
        self.overlay_held_off = False
        self.failure: str | None = None
        self.shown_frame: int | None = None
        self._fits = True
        self._image = QImage()
        self._painted_document: QuadmaskDocument | None = None
        self._proposals = ProposalOutlines(self.session, self._show_wanted)
        self._listen()
        self._follow_frames()

    def sizeHint(self) -> QSize:
        """As much as there is."""
        return QSize(960, 540)

    @property
    def shot(self) -> OpenShot | None:
        """The shot that is open."""
        return self.session.shot

    @property
    def can_paint(self) -> bool:
        """Whether a pen on the canvas would paint."""
        return (
            self.shot is not None
            and self.shown_frame == self.view.frame
            and self.view.shown not in _READ_ONLY_SHOWN
            and self.view.compare is Compare.NONE
        )

    def set_surround(self, token: str) -> None:
        """Show the token's colour around the picture."""
        self.surround = token
        self.redraw()

    @property
    def fits(self) -> bool:
        """Whether the plate is kept as large as the viewer allows."""
        return self._fits

    def fit(self) -> None:
        """Show the whole plate, and go on doing so when the viewer's size changes."""
        self._fits = True
        self._place(self.placement.fitted())

    def zoom_to(self, zoom: float, about: QPointF | None = None) -> None:
        """Show the plate at a zoom, 1.0 one plate pixel to a device pixel; `about` stays there."""
        at = about or QPointF(self.width() / 2, self.height() / 2)
        ratio = self.devicePixelRatioF()
        self._fits = False
        self._place(self.placement.zoomed(zoom, at.x() * ratio, at.y() * ratio))

    def pan(self, dx: float, dy: float) -> None:
        """Move the plate by logical pixels."""
        ratio = self.devicePixelRatioF()
        self._fits = False
        self._place(self.placement.moved(dx * ratio, dy * ratio))

    def to_view(self, x: float, y: float) -> QPointF:
        """The logical position of a plate position."""
        ratio = self.devicePixelRatioF()
        device = self.placement.to_device(x, y)
        return QPointF(device[0] / ratio, device[1] / ratio)

    def to_plate(self, at: QPointF) -> tuple[float, float]:
        """The plate position of a logical position."""
        ratio = self.devicePixelRatioF()
        return self.placement.to_plate(at.x() * ratio, at.y() * ratio)

    def picture_rect(self) -> QRect:
        """Where the plate lies, in logical pixels."""
        extent = self.placement.extent
        corners = QRectF(self.to_view(0, 0), self.to_view(extent.width, extent.height))
        return corners.toRect()

    def redraw(self) -> None:
        """Compose everything anew and repaint."""
        self._compose()
        self.update()

    def set_wipe(self, wipe: Wipe) -> None:
        """Put the wipe's line elsewhere."""
        self.wipe = wipe
        self.redraw()
        self.wipe_moved.emit()

    def set_gain(self, gain: float) -> None:
        """How much differences are amplified."""
        self.gain = gain
        self.redraw()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Copy what was composed, and draw marks over it."""
        painter = QPainter(self)
        painter.drawImage(QPointF(0, 0), self._image)
        self.marks.draw(painter, event.rect())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the middle, or the fit."""
        super().resizeEvent(event)
        self._resize()

    def event(self, event: QEvent) -> bool:
        """Follow the screen's scale."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._resize()
        return super().event(event)

    def look(self) -> Look:
        """How the samples are shown now."""
        view = self.view
        style = OverlayStyle(
            _rgb("remove"),
            _rgb("affected"),
            opacity=view.opacity,
            ratio=self.devicePixelRatioF(),
            fills=view.shown is not Shown.BOUNDARY,
            **self._widths(),
        )
        comparing = view.compare is not Compare.NONE and self.composition.other is not None
        return Look(
            style,
            shown=view.shown,
            visible=view.overlay_visible and not self.overlay_held_off and not comparing,
            surround=colour(self.surround).rgb(),
            compare=view.compare,
            wipe=self.wipe,
            gain=self.gain,
            show_b=self.show_b,
        )

    def _widths(self) -> dict[str, float]:
        """The outlines of the selected layer's role, where that layer is the only one of it."""
        shot, layer_id = self.shot, self.view.layer_id
        layers = shot.document.layers if shot is not None else ()
        layer = next((one for one in layers if one.id == layer_id), None)
        if shot is None or layer is None or not is_alone(shot.document, layer):
            return {}
        return {f"{layer.role.value}_px": SELECTED_PX}

    def _listen(self) -> None:
        self.viewing.frames_changed.connect(self._follow_frames)
        self.view.changed.connect(self._follow_view)

    def release(self) -> None:
        """Stop listening to the session: call it before the canvas goes."""
        self.viewing.frames_changed.disconnect(self._follow_frames, missing_ok=True)
        self.view.changed.disconnect(self._follow_view, missing_ok=True)
        self._listen_to_document(None)
        for server in (self.viewing.frames, self.viewing.other):
            if server is not None:
                server.arrived.disconnect(self._take, missing_ok=True)
                server.failed.disconnect(self._fail, missing_ok=True)

    def _listen_to_document(self, shot: OpenShot | None) -> None:
        if self._painted_document is not None:
            self._painted_document.changed.disconnect(self._follow_paint, missing_ok=True)
            self._painted_document.layers_changed.disconnect(self._follow_layers, missing_ok=True)
        self._painted_document = shot.document if shot else None
        if self._painted_document is not None:
            self._painted_document.changed.connect(self._follow_paint)
            self._painted_document.layers_changed.connect(self._follow_layers)

    def _follow_frames(self) -> None:
        """Another shot, or another side to compare with."""
        shot = self.shot
        for server in (self.viewing.frames, self.viewing.other):
            if server is not None:
                server.arrived.disconnect(self._take, missing_ok=True)
                server.failed.disconnect(self._fail, missing_ok=True)
                server.arrived.connect(self._take)
                server.failed.connect(self._fail)
        if shot is not None and self._painted_document is not shot.document:
            self._begin_shot(shot)
        self._listen_to_document(shot if self.viewing.frames else None)
        if shot is None:
            self.composition.picture, self.shown_frame = None, None
        self._show_wanted()

    def _begin_shot(self, shot: OpenShot) -> None:
        self.composition.picture, self.composition.other = None, None
        self.shown_frame, self.failure = None, None
        self._proposals.forget()
        shot.proposals_changed.connect(self._show_wanted)
        extent = shot.plate.extent
        self.wipe = Wipe(extent.width / 2, extent.height / 2)
        placement = Placement(extent, self._viewport(), float(shot.plate.pixel_aspect))
        self._fits = True
        self._place(placement.fitted())

    def _follow_view(self, field: str) -> None:
        if field == "frame":
            self.failure = None
            self._show_wanted()
        elif field in {"shown", "overlay_visible", "opacity", "onion", "compare"}:
            if not self._show_wanted():
                self.redraw()
        elif field == "canvas_rect":
            self.marks.set_canvas_rect(self.view.canvas_rect)
        elif field == "layer_id":
            self.marks.follow(field)
            self._follow_layers()
        elif field in {"tool", "brush_px", "role", "stroke_lives", "void_grid"}:
            self.marks.follow(field)

    def _follow_paint(self, layer_id: str, frame: int, rect: Rect) -> None:
        shown = self.shown_frame
        if frame == shown:
            self.repaint_mattes(rect)
        elif self.view.onion and shown is not None and abs(frame - shown) == 1:
            self.redraw()

    def _follow_layers(self) -> None:
        if self.shown_frame is not None:
            self._use_mattes(self.shown_frame)
        self.redraw()

    def repaint_mattes(self, rect: Rect) -> None:
        """Compose the mattes of a part of the plate anew and repaint it."""
        dirty = self.composition.draw_mattes(self.look(), rect)
        if dirty.area:
            self.update(self._logical(dirty))

    def _take(self, picture: Picture) -> None:
        if picture.frame == self.view.frame:
            self._show_wanted()

    def _fail(self, frame: int, text: str) -> None:
        if frame == self.view.frame:
            self.failure = text
            self._show_wanted()

    def _show_wanted(self) -> bool:
        """Show the wanted frame, or why there is none; False while neither is known."""
        frame, server, other = self.view.frame, self.viewing.frames, self.viewing.other
        picture = server.picture(frame) if server else None
        if picture is not None:
            self.failure = None
        if picture is not None or self.failure:
            self.composition.picture = picture
            self.composition.other = other.picture(frame) if other else None
            before, self.shown_frame = self.shown_frame, frame
            self._use_mattes(frame)
            if before != frame:
                self.shown_changed.emit(frame)
        elif self.shown_frame is not None:
            return False
        self.redraw()
        return True

    def _use_mattes(self, frame: int) -> None:
        shot = self.shot
        known = shot is not None and frame in shot.document.range
        self.composition.mattes = None
        self.composition.outlines = ()
        if shot is not None and known:
            is_first = frame == shot.work.start and self.view.shown is Shown.MODEL
            pair = mattes_of(shot.document, frame)
            self.composition.mattes = without_affected(pair) if is_first else pair
            onion = onion_outlines(shot.document, frame) if self.view.onion else ()
            selected = selected_outline(shot.document, self.view.layer_id, frame)
            proposed = self._proposals.outlines(shot, frame)
            self.composition.outlines = (*onion, *selected, *proposed)

    def _compose(self) -> None:
        look = self.look()
        if self.failure:
            look = replace(look, surround=colour("panel").rgb())
        self.composition.draw(look)

    def _place(self, placement: Placement) -> None:
        self.placement = placement
        if self.composition.place(placement) or self._image.isNull():
            self._wrap()
        self.redraw()
        self.placed.emit()

    def _wrap(self) -> None:
        height, width = self.composition.view.shape[:2]
        buffer = self.composition.view.data
        self._image = QImage(buffer, width, height, 4 * width, QImage.Format.Format_RGB32)
        self._image.setDevicePixelRatio(self.devicePixelRatioF())

    def _resize(self) -> None:
        placement = self.placement.resized(self._viewport())
        self._place(placement.fitted() if self._fits else placement)
        self._image.setDevicePixelRatio(self.devicePixelRatioF())

    def _viewport(self) -> Extent:
        ratio = self.devicePixelRatioF()
        return Extent(max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio)))

    def _logical(self, rect: Rect) -> QRect:
        ratio = self.devicePixelRatioF()
        left, top = math.floor(rect.x / ratio), math.floor(rect.y / ratio)
        right, bottom = math.ceil(rect.right / ratio), math.ceil(rect.bottom / ratio)
        return QRect(QPoint(left, top), QPoint(right, bottom))


def _rgb(token: str) -> Rgb:
    made = colour(token)
    return (made.red(), made.green(), made.blue())
