"""What the tools do to the document: each call is one undo step."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from void_studio.app.session.proposals import LayerProposal
from void_studio.app.session.tasks import Task, Tasks
from void_studio.app.session.values import Message
from void_studio.app.session.view import StrokeLives, ViewState
from void_studio.core import FrameRange, Rect
from void_studio.quadmask import QuadmaskDocument

__all__ = ["Painting", "Point"]

Point = tuple[float, float]


class Painting:
    """Paints on the layer and the frame that the view shows; all of the session's thread.

    Positions are in plate pixels, sample i covering [i, i + 1). What a lock or a read-only project
    forbids changes nothing and is told as a Message. Where `view.stroke_lives` names other frames
    too, these follow on a Task and join the same undo step.
    """

    def __init__(
        self,
        document: QuadmaskDocument,
        view: ViewState,
        tasks: Tasks,
        *,
        tell: Callable[[Message], None],
        read_only: str | None,
    ) -> None:
        self._document = document
        self._view = view
        self._tasks = tasks
        self._tell = tell
        self._read_only = read_only

    def begin(self, x: float, y: float, *, pressure: float = 1.0, erase: bool = False) -> bool:
        """Pen down with a first dab; False when painting is refused."""
        raise NotImplementedError

    def move(self, x: float, y: float, *, pressure: float = 1.0) -> Rect:
        """The pen went on to here; the rectangle that was touched."""
        raise NotImplementedError

    def end(self) -> None:
        """Pen up: what was painted is one undo step and on its way to the file."""
        raise NotImplementedError

    def line(self, start: Point, end: Point, *, erase: bool = False) -> bool:
        """A straight line of the brush's width."""
        raise NotImplementedError

    def fill_region(self, x: float, y: float, *, erase: bool = False) -> bool:
        """Fill the region around a point up to the edges of the layer's matte."""
        raise NotImplementedError

    def polygon(self, points: Sequence[Point], *, erase: bool = False) -> bool:
        """Fill a closed polygon or lasso, even-odd."""
        raise NotImplementedError

    def rectangle(self, one: Point, other: Point, *, erase: bool = False) -> bool:
        """Fill the rectangle between two corners."""
        raise NotImplementedError

    def ellipse(self, one: Point, other: Point, *, erase: bool = False) -> bool:
        """Fill the ellipse in the rectangle between two corners."""
        raise NotImplementedError

    def grid_cell(self, x: float, y: float) -> Rect:
        """The cell of VOID's grid (8 rows of square cells) around a point."""
        raise NotImplementedError

    def toggle_cell(self, x: float, y: float) -> bool:
        """Fill a cell of the grid that is not full; clear one that is."""
        raise NotImplementedError

    def copy_from(self, frame: int) -> bool:
        """Take the layer's matte over from another frame."""
        raise NotImplementedError

    def clear(self, over: StrokeLives = StrokeLives.THIS_FRAME) -> None:
        """Take away what is painted on the layer."""
        raise NotImplementedError

    def grow(self, px: float, over: StrokeLives = StrokeLives.THIS_FRAME) -> None:
        """Widen the layer's matte by `px`; below 0 it shrinks."""
        raise NotImplementedError

    def fill_holes(self, over: StrokeLives = StrokeLives.THIS_FRAME) -> None:
        """Fill the gaps inside the layer's matte."""
        raise NotImplementedError

    def remove_specks(self, min_area: int, over: StrokeLives = StrokeLives.THIS_FRAME) -> None:
        """Take away parts of fewer samples."""
        raise NotImplementedError

    def accept(self, proposal: LayerProposal) -> Task[object] | None:
        """Put a proposal's mattes into its layer, locked frames left alone."""
        raise NotImplementedError

    def propagate_into(self, frames: FrameRange) -> Task[object] | None:
        """Carry all visible layers from the nearest painted frame into empty handle frames."""
        raise NotImplementedError

    def undo(self) -> bool:
        """Take the newest step back; False when there is none."""
        return self._document.undo()

    def redo(self) -> bool:
        """Do what was undone last again; False when there is none."""
        return self._document.redo()
