"""What the tools do to the document: each call is one undo step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

import numpy as np

from void_studio.app.session.many_frames import ManyFrames, Rework
from void_studio.app.session.proposals import LayerProposal
from void_studio.app.session.tasks import Task, TaskContext, Tasks
from void_studio.app.session.values import Level, Message
from void_studio.app.session.view import StrokeLives, Tool, ViewState
from void_studio.core import FrameRange, Rect, Refused
from void_studio.quadmask import (
    Edit,
    Matte,
    MatteLayer,
    Origin,
    PaintAtom,
    PaintedFrame,
    QuadmaskDocument,
    Region,
    Segment,
    Stroke,
    ellipse_region,
    fill_holes,
    flood_region,
    grid_cell,
    grow,
    painted_frame,
    polygon_region,
    rect_region,
    remove_specks,
    segments_region,
    shrink,
)

__all__ = ["Painting", "Point"]

Point = tuple[float, float]

_LEAST_RADIUS = 0.5

T = TypeVar("T")


class Painting:
    """Paints on the layer and the frame that the view shows; all of the session's thread.

    Positions are in plate pixels, sample i covering [i, i + 1). What a lock or a read-only project
    forbids changes nothing and is told as a Message. Where `view.stroke_lives` names other frames
    too, these follow on a task and join the same undo step. Without a layer of the view's role one
    is made, on top.
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
        self._many = ManyFrames(document, partial(self.start, finishes=True), tell)
        self._under_way: list[Task[Any]] = []
        self._stroke: Stroke | None = None
        self._segments: list[Segment] = []
        self._erases = False

    @property
    def under_way(self) -> tuple[Task[Any], ...]:
        """Tasks that will still change the document."""
        return tuple(task for task in self._under_way if not task.ended.is_set())

    def start(
        self,
        name: str,
        work: Callable[[TaskContext], T],
        done: Callable[[T], None],
        *,
        finishes: bool = False,
    ) -> Task[T]:
        """Start a task whose `done` changes the document, so that others know to wait for it."""
        task = self._tasks.start(name, work, done=done, finishes=finishes)
        self._under_way = [*self.under_way, task]
        return task

    @property
    def is_stroking(self) -> bool:
        """Whether the pen is down."""
        return self._stroke is not None

    def layer(self) -> MatteLayer | None:
        """The layer that tools work on: the view's, else the top one of the view's role."""
        layers = self._document.layers
        chosen = [layer for layer in layers if layer.id == self._view.layer_id]
        alike = [layer for layer in layers if layer.role is self._view.role]
        return next(iter(chosen or alike), None)

    def begin(
        self, x: float, y: float, *, pressure: float = 1.0, erase: bool | None = None
    ) -> bool:
        """Pen down with a first dab; False when painting is refused.

        `erase` is told by the view's tool when it is not given. `pressure` is 0..1.
        """
        self.end()
        layer = self._paintable()
        if layer is None:
            return False
        self._erases = self._view.tool is Tool.ERASER if erase is None else erase
        self._stroke = self._document.begin_stroke(layer.id, self._view.frame)
        self._segments = []
        self.move(x, y, pressure=pressure)
        return True

    def move(self, x: float, y: float, *, pressure: float = 1.0) -> Rect:
        """The pen went on to here; the rectangle that was touched, empty without a stroke."""
        if self._stroke is None:
            return Rect(0, 0, 0, 0)
        start = self._segments[-1].end if self._segments else (x, y)
        segment = Segment(start, (x, y), self._radius(pressure))
        self._segments.append(segment)
        try:
            return self._stroke.line(*start, x, y, segment.radius, erase=self._erases)
        except Refused as error:
            self._stroke = None
            self._tell(Message.of(error, level=Level.WARN))
            return Rect(0, 0, 0, 0)

    def end(self) -> None:
        """Pen up: what was painted is one undo step and on its way to the file."""
        stroke, self._stroke = self._stroke, None
        if stroke is None:
            return
        revision = self._document.revision
        stroke.end()
        step = self._document.history.newest if self._document.revision > revision else None
        segments, erase, extent = tuple(self._segments), self._erases, self._document.extent
        region: list[Region] = []

        def change(matte: Matte) -> Matte:
            if not region:
                region.append(segments_region(segments, extent))
            return region[0].painted_on(matte, erase=erase)

        self._follow("stroke", stroke.layer_id, stroke.frame, change, step)

    def line(self, start: Point, end: Point, *, erase: bool | None = None) -> bool:
        """A straight line of the brush's width."""
        if not self.begin(*start, erase=erase):
            return False
        self.move(*end)
        self.end()
        return True

    def fill_region(self, x: float, y: float, *, erase: bool = False) -> bool:
        """Fill what is enclosed around a point by the layer's matte; erase the part that is hit.

        Where nothing is painted yet nothing encloses: that is told, and the frame stays empty.
        """
        layer = self.layer()
        if not erase and (layer is None or layer.is_empty(self._view.frame)):
            self._tell(
                Message(Level.INFO, "nothing is painted around this point", hint="outline it first")
            )
            return False

        def change(matte: Matte) -> Matte:
            region = flood_region(matte, x, y)
            hits = region is not None and bool(region.matte.any())
            if region is None or not hits or bool(matte[int(y), int(x)]) is not erase:
                return matte.copy()
            return region.painted_on(matte, erase=erase)

        return self._change_frame("fill", change)

    def polygon(self, points: Sequence[Point], *, erase: bool = False) -> bool:
        """Fill a closed polygon or lasso, even-odd; nothing happens with less than 3 points."""
        if len(points) < 3:
            return False
        return self._fill(polygon_region(points, self._document.extent), erase=erase)

    def rectangle(self, one: Point, other: Point, *, erase: bool = False) -> bool:
        """Fill the rectangle between two corners."""
        return self._fill(rect_region(one, other, self._document.extent), erase=erase)

    def ellipse(self, one: Point, other: Point, *, erase: bool = False) -> bool:
        """Fill the ellipse in the rectangle between two corners."""
        return self._fill(ellipse_region(one, other, self._document.extent), erase=erase)

    def grid_cell(self, x: float, y: float) -> Rect:
        """The cell of VOID's grid (8 rows of square cells) around a point; empty outside."""
        return grid_cell(x, y, self._document.extent)

    def toggle_cell(self, x: float, y: float) -> bool:
        """Fill a cell of the grid that is not full; clear one that is."""
        rect = self.grid_cell(x, y)
        layer = self.layer()
        full = layer is not None and bool(layer.rasters.region(self._view.frame, rect).all())
        return self._fill(Region(rect, np.ones(rect.extent.shape, np.bool_)), erase=full)

    def copy_from(self, frame: int) -> bool:
        """Take over what is painted on the layer on another frame."""
        layer = self._paintable()
        if layer is None or frame not in self._document.range:
            return False
        there = PaintedFrame(layer.rasters.blob(frame))
        self._document.put_frames(layer.id, {self._view.frame: there})
        return True

    def clear(self, over: StrokeLives = StrokeLives.THIS_FRAME) -> None:
        """Take away what is painted on the layer; shapes stay."""
        layer = self._reworkable()
        if layer is not None:
            self._tell_locked(self._document.clear(layer.id, self._frames(over)))

    def grow(
        self, px: float, over: StrokeLives = StrokeLives.THIS_FRAME
    ) -> Task[tuple[PaintAtom, ...]] | None:
        """Widen the layer's matte by `px`; below 0 it shrinks. None when there is nothing to do."""
        change: Rework = partial(grow, px=px) if px > 0 else partial(shrink, px=-px)
        return self._rework("grow" if px > 0 else "shrink", over, change)

    def fill_holes(
        self, over: StrokeLives = StrokeLives.THIS_FRAME
    ) -> Task[tuple[PaintAtom, ...]] | None:
        """Fill the gaps inside the layer's matte."""
        return self._rework("fill holes", over, fill_holes)

    def remove_specks(
        self, min_area: int, over: StrokeLives = StrokeLives.THIS_FRAME
    ) -> Task[tuple[PaintAtom, ...]] | None:
        """Take away connected parts of fewer samples."""
        return self._rework("remove specks", over, partial(remove_specks, min_area=min_area))

    def accept(
        self, proposal: LayerProposal, *, done: Callable[[], None] = lambda: None
    ) -> Task[dict[int, PaintedFrame]] | None:
        """Put a proposal's mattes into its layer, locked frames left alone; one undo step."""
        if self._refused():
            return None
        frames = [frame for frame in proposal.mattes if frame in self._document.range]

        def work(context: TaskContext) -> dict[int, PaintedFrame]:
            painted = {}
            for count, frame in enumerate(sorted(frames), 1):
                context.check()
                painted[frame] = painted_frame(proposal.mattes[frame], Origin.PROPAGATED)
                context.progress("frames", count, len(frames))
            return painted

        def put(painted: dict[int, PaintedFrame]) -> None:
            known = {layer.id for layer in self._document.layers}
            if proposal.layer_id in known:
                self._tell_locked(self._document.put_frames(proposal.layer_id, painted))
            else:
                there = {frame: one for frame, one in painted.items() if one.blob}
                self._document.add_painted([(proposal.name, proposal.role, there)])
            done()

        return self.start(f"accept {proposal.name}", work, put)

    def undo(self) -> bool:
        """Take the newest step back; False when there is none."""
        if self._refused():
            return False
        self.end()
        return self._document.undo()

    def redo(self) -> bool:
        """Do what was undone last again; False when there is none."""
        if self._refused():
            return False
        self.end()
        return self._document.redo()

    def _radius(self, pressure: float) -> float:
        share = min(max(pressure, 0.0), 1.0) if self._view.pressure else 1.0
        return max(_LEAST_RADIUS, self._view.brush_px / 2 * share)

    def _frames(self, over: StrokeLives, frame: int | None = None) -> FrameRange:
        whole = self._document.range
        shown = self._view.frame if frame is None else frame
        return over.frames(shown, self._view.in_out(whole), whole)

    def _refused(self) -> bool:
        if self._read_only is not None:
            self._tell(
                Message(
                    Level.WARN,
                    "painting is off: the project is open read-only",
                    hint=self._read_only,
                )
            )
        return self._read_only is not None

    def _paintable(self) -> MatteLayer | None:
        """The layer to paint on in the view's frame, or None and a message."""
        frame = self._view.frame
        if self._refused() or frame not in self._document.range:
            return None
        layer = self.layer() or self._document.add_layer(
            self._view.role.value.capitalize(), self._view.role
        )
        self._view.layer_id = layer.id
        if frame in layer.locked:
            self._tell(
                Message(
                    Level.WARN,
                    f"{layer.name} is locked on {frame}",
                    hint="unlock the frame to paint on it",
                )
            )
            return None
        return layer

    def _reworkable(self) -> MatteLayer | None:
        if self._refused():
            return None
        self.end()
        return self.layer()

    def _fill(self, region: Region, *, erase: bool) -> bool:
        return self._change_frame("fill", partial(region.painted_on, erase=erase))

    def _change_frame(self, name: str, change: Rework) -> bool:
        self.end()
        layer = self._paintable()
        if layer is None:
            return False
        frame, revision = self._view.frame, self._document.revision
        whole = layer.rasters.region(frame, self._document.extent.rect)
        self._document.set_matte(layer.id, frame, change(whole))
        step = self._document.history.newest if self._document.revision > revision else None
        self._follow(name, layer.id, frame, change, step)
        return True

    def _follow(
        self, name: str, layer_id: str, frame: int, change: Rework, step: Edit | None
    ) -> None:
        """Do the same on the other frames that a stroke lives on."""
        locked = self._document.layer(layer_id).locked
        others = set(self._frames(self._view.stroke_lives, frame)) - {frame}
        self._tell_locked(tuple(others & locked))
        if others - locked:
            self._many.start(name, layer_id, others - locked, change, join=step)

    def _rework(
        self, name: str, over: StrokeLives, change: Rework
    ) -> Task[tuple[PaintAtom, ...]] | None:
        layer = self._reworkable()
        if layer is None:
            return None
        painted = {frame for frame in self._frames(over) if frame in layer.rasters}
        self._tell_locked(tuple(painted & layer.locked))
        free = painted - layer.locked
        return self._many.start(name, layer.id, free, change) if free else None

    def _tell_locked(self, frames: tuple[int, ...]) -> None:
        if frames:
            self._tell(Message(Level.INFO, f"{len(frames)} locked frames were left as they are"))
