"""What the viewer shows and which tool is in the hand: shared by viewer, strips and panels."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import Enum

from psygnal import Signal

from void_studio.core import FrameRange, Rect
from void_studio.quadmask import Role

__all__ = ["Compare", "Shown", "StrokeLives", "Tool", "ViewState"]


class Tool(Enum):
    """What the pointer does."""

    SELECT = "select"
    PAN = "pan"
    BRUSH = "brush"
    ERASER = "eraser"
    LINE = "line"
    FILL = "fill"
    LASSO = "lasso"
    POLYGON = "polygon"
    RECTANGLE = "rectangle"
    ELLIPSE = "ellipse"
    GRID = "grid"
    POINT = "point"
    BOX = "box"
    FRAMING = "framing"


class Shown(Enum):
    """How the mattes are shown."""

    OVERLAY = "overlay"
    MATTE = "matte"
    BOUNDARY = "boundary"
    MODEL = "model"


class Compare(Enum):
    """How two pictures are compared."""

    NONE = "none"
    WIPE = "wipe"
    FLICKER = "flicker"
    DIFFERENCE = "difference"


class StrokeLives(Enum):
    """Which frames a stroke, or an operation on a matte, is done on."""

    THIS_FRAME = "this frame"
    IN_OUT = "in to out"
    TO_END = "to the end"
    ALL = "all frames"

    def frames(self, frame: int, in_out: FrameRange, whole: FrameRange) -> FrameRange:
        """The frames that are meant when `frame` is shown; all in plate numbering."""
        spans = {
            StrokeLives.THIS_FRAME: FrameRange(frame, 1),
            StrokeLives.IN_OUT: in_out,
            StrokeLives.TO_END: FrameRange.of(frame, whole.last),
            StrokeLives.ALL: whole,
        }
        return spans[self].intersect(whole)


@dataclass(eq=False)
class ViewState:
    """Mutable, of the session's thread; `changed` carries the name of the field that changed.

    Frames are in the plate's numbering; `in_frame` and `out_frame` are None where they are those
    of the shot. `brush_px` is the diameter in plate pixels, `opacity` 0..1, `speed` in plate
    speeds, negative backwards. `display` names a display transform, empty for the plain one.
    `compare_with` is the id of a take or version. `canvas_rect` is where the engine's canvas lies
    on the plate, None for engines without one. `missing` is the id of a shot that was turned to
    though its plate is not there.
    """

    frame: int = 0
    in_frame: int | None = None
    out_frame: int | None = None
    layer_id: str | None = None
    role: Role = Role.REMOVE
    tool: Tool = Tool.BRUSH
    brush_px: float = 40.0
    shown: Shown = Shown.OVERLAY
    overlay_visible: bool = True
    opacity: float = 0.46
    onion: bool = False
    void_grid: bool = False
    playing: bool = False
    speed: float = 1.0
    display: str = ""
    compare: Compare = Compare.NONE
    compare_with: str | None = None
    stroke_lives: StrokeLives = StrokeLives.THIS_FRAME
    pressure: bool = True
    canvas_rect: Rect | None = None
    missing: str | None = None

    changed = Signal(str)

    def __setattr__(self, name: str, value: object) -> None:
        known = name in self.__dict__
        same = known and self.__dict__[name] == value
        super().__setattr__(name, value)
        if known and not same and name in _FIELDS:
            self.changed.emit(name)

    def in_out(self, whole: FrameRange) -> FrameRange:
        """The frames from in to out, as far as `whole` has them."""
        first = whole.start if self.in_frame is None else self.in_frame
        last = whole.last if self.out_frame is None else self.out_frame
        return FrameRange.of(first, max(first, last)).intersect(whole)


_FIELDS = frozenset(field.name for field in fields(ViewState))
