"""The words of the viewer: its chips, and what stands where there is no picture."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from void_studio.app.session import Compare, Shown, Tool
from void_studio.gui.viewer.hud import Corner, Piece

if TYPE_CHECKING:
    from void_studio.gui.viewer.canvas import Canvas
    from void_studio.gui.viewer.canvas_marks import CanvasMarks

__all__ = ["TOOL_ICONS", "chip_words", "format_fps", "locked_words", "message_of"]

TOOL_ICONS = {
    Tool.SELECT: "cursor",
    Tool.PAN: "hand",
    Tool.BRUSH: "paint-brush",
    Tool.ERASER: "eraser",
    Tool.LINE: "line-segment",
    Tool.FILL: "paint-bucket",
    Tool.LASSO: "scribble-loop",
    Tool.POLYGON: "polygon",
    Tool.RECTANGLE: "rectangle",
    Tool.ELLIPSE: "circle",
    Tool.GRID: "grid-four",
    Tool.POINT: "crosshair",
    Tool.BOX: "selection",
    Tool.FRAMING: "crop",
}
_SIZED = (Tool.BRUSH, Tool.ERASER, Tool.LINE)
_WITHOUT_ROLE = (Tool.SELECT, Tool.PAN, Tool.FRAMING)


def message_of(canvas: Canvas) -> tuple[str, str] | None:
    """What stands in the viewer instead of a picture: a title and a line; None for nothing."""
    shot = canvas.shot
    if shot is None:
        row = _chosen_offline(canvas)
        if row is not None:
            return (f"{row[0]} is not there", row[1])
        return ("No shot chosen", "Pick one in the timeline, or press PgDn in it.")
    if canvas.failure:
        frame = canvas.view.frame
        return (f"Frame {frame} can not be read", _failure_line(canvas, frame))
    return None


def _chosen_offline(canvas: Canvas) -> tuple[str, str] | None:
    session = canvas.session
    if session.cut is None or len(session.shots) != 1:
        return None
    row = session.shots[0]
    if row.offline is None:
        return None
    return (row.name, f"Its plate should be at {row.offline}. Mount it, or relink the shot.")


def _failure_line(canvas: Canvas, frame: int) -> str:
    server = canvas.viewing.frames
    near = [at for at in (frame - 1, frame + 1) if server and at in server.cached]
    text = (canvas.failure or "").rstrip(".")
    if len(near) == 2:
        return f"{text}. Frames {near[0]} and {near[1]} are good."
    return f"{text}. Frame {near[0]} is good." if near else f"{text}."


def chip_words(canvas: Canvas, marks: CanvasMarks) -> dict[Corner, Sequence[Piece]]:
    """What each corner says."""
    comparing = canvas.view.compare is not Compare.NONE
    return {
        Corner.TOP_LEFT: _plate(canvas, comparing=comparing),
        Corner.TOP_RIGHT: _other_side(canvas) if comparing else _legend(canvas),
        Corner.BOTTOM_LEFT: _frame(canvas),
        Corner.BOTTOM_RIGHT: _playing(canvas, marks)
        if comparing or canvas.view.playing
        else _tool(canvas, marks),
    }


def _plate(canvas: Canvas, *, comparing: bool) -> list[Piece]:
    shot = canvas.shot
    if shot is None:
        return []
    first = Piece("A", strong=True) if comparing else Piece(shot.row.name, strong=True)
    extent = shot.plate.extent
    size = Piece(f"{extent.width}\N{MULTIPLICATION SIGN}{extent.height}", quiet=True)
    if comparing:
        return [first, Piece("Plate"), size]
    file = shot.plate.location.name
    return [first, size] if file == shot.row.name else [first, Piece(file, quiet=True), size]


def _legend(canvas: Canvas) -> list[Piece]:
    if canvas.view.shown is Shown.MODEL:
        return [Piece("0 fill"), Piece("127 may change"), Piece("255 keep")]
    if not canvas.view.overlay_visible:
        return [Piece("Overlay hidden", quiet=True)]
    return [
        Piece("Remove", role="remove"),
        Piece("Affected", role="affected"),
        Piece("Overlap", role="overlap"),
    ]


def _other_side(canvas: Canvas) -> list[Piece]:
    side = canvas.viewing.other_side
    if side is None:
        return [Piece("B", strong=True), Piece("Choose a version or take", quiet=True)]
    note = [Piece(side.note, quiet=True)] if side.note else []
    return [Piece("B", strong=True), Piece(side.label), *note]


def _frame(canvas: Canvas) -> list[Piece]:
    shot, frame = canvas.shot, canvas.shown_frame
    if shot is None or frame is None:
        return []
    words = [Piece(str(frame), strong=True)]
    source, record = shot.source_timecode(frame), shot.record_timecode(frame)
    if source is not None:
        words.append(Piece(str(source)))
    if record is not None:
        words.append(Piece(f"Record {record}", quiet=True))
    picture = canvas.composition.picture
    if picture is not None and not picture.exact:
        words.append(Piece("Proxy", quiet=True))
    return words


def _tool(canvas: Canvas, marks: CanvasMarks) -> list[Piece]:
    view = canvas.view
    if view.shown is Shown.MODEL:
        return [Piece("Read only", icon="eye")]
    note = marks.note or locked_words(canvas)
    if note:
        return [Piece(note, icon="prohibit")]
    size = f"{view.brush_px:g} px" if view.tool in _SIZED else view.tool.value.capitalize()
    words = [Piece(size, icon=TOOL_ICONS[view.tool])]
    if view.tool not in _WITHOUT_ROLE:
        words.append(Piece(view.role.value.capitalize(), role=view.role.value))
        words.append(Piece(view.stroke_lives.value.capitalize(), quiet=True))
    return words


def locked_words(canvas: Canvas) -> str:
    """That the layer in hand is locked here; empty when it is not."""
    shot, frame = canvas.shot, canvas.view.frame
    if shot is None or canvas.view.tool in _WITHOUT_ROLE:
        return ""
    layer = shot.painting.layer()
    is_locked = layer is not None and frame in layer.locked
    return f"{layer.name} is locked on {frame}" if layer and is_locked else ""


def _playing(canvas: Canvas, marks: CanvasMarks) -> list[Piece]:
    shot = canvas.shot
    if shot is None:
        return []
    words = [Piece(str(canvas.viewing.in_out()).replace("-", "\N{EN DASH}"), icon="repeat")]
    rate = f"{format_fps(shot.plate.rate)} fps"
    dropped = "" if marks.dropped is None else f", {marks.dropped} dropped"
    return [*words, Piece(rate + dropped)]


def format_fps(rate: Fraction) -> str:
    """Frames per second as people write them: 23.976, 25."""
    return f"{float(rate):.3f}".rstrip("0").rstrip(".")
