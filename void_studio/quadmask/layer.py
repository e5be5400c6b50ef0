"""A matte layer: what a person paints on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from psygnal import Signal

from void_studio.core import Extent, Rect
from void_studio.quadmask.bits import Matte
from void_studio.quadmask.origin import FrameState, Origin
from void_studio.quadmask.prompts import LayerPrompt
from void_studio.quadmask.rasters import PaintedFrame, Rasters
from void_studio.quadmask.shapes import KeyedPolygon

__all__ = ["Colour", "LayerHead", "MatteLayer", "Role"]

Colour = tuple[int, int, int]


class Role(Enum):
    """What a layer's matte means: the object itself, or what it does to the scene."""

    REMOVE = "remove"
    AFFECTED = "affected"


@dataclass(frozen=True, slots=True)
class LayerHead:
    """All of a layer but its painted frames; `colour` is R, G, B of 0..255, `feather` in pixels."""

    id: str
    name: str
    role: Role
    colour: Colour
    visible: bool = True
    feather: float = 0.0
    locked: frozenset[int] = frozenset()
    shapes: tuple[KeyedPolygon, ...] = ()
    prompts: tuple[LayerPrompt, ...] = ()


class MatteLayer:
    """One layer of a document; changed only through the document, so that undo knows of it.

    `changed` is emitted after a property changed; painting is told by `QuadmaskDocument.changed`.
    """

    changed = Signal()

    def __init__(self, head: LayerHead, extent: Extent, frames: Mapping[int, PaintedFrame]) -> None:
        self._head = head
        self.rasters = Rasters(extent, frames)

    @property
    def head(self) -> LayerHead:
        """All properties as one value."""
        return self._head

    @head.setter
    def head(self, head: LayerHead) -> None:
        if head != self._head:
            self._head = head
            self.changed.emit()

    @property
    def id(self) -> str:
        """Unique in the document."""
        return self._head.id

    @property
    def name(self) -> str:
        """For people."""
        return self._head.name

    @property
    def role(self) -> Role:
        """What the matte means."""
        return self._head.role

    @property
    def colour(self) -> Colour:
        """Of the overlay; R, G, B of 0..255."""
        return self._head.colour

    @property
    def visible(self) -> bool:
        """Whether the layer counts when the quadmask is packed."""
        return self._head.visible

    @property
    def feather(self) -> float:
        """How far the fill blends outwards, in plate pixels."""
        return self._head.feather

    @property
    def locked(self) -> frozenset[int]:
        """Frames whose matte nothing may change."""
        return self._head.locked

    @property
    def shapes(self) -> tuple[KeyedPolygon, ...]:
        """Polygons that count as painted in every frame."""
        return self._head.shapes

    @property
    def prompts(self) -> tuple[LayerPrompt, ...]:
        """What a person pointed at, in the order in which they did."""
        return self._head.prompts

    def origin(self, frame: int) -> Origin | None:
        """Where what is painted on a frame is from; None when nothing is."""
        return self.rasters.origin(frame) if frame in self.rasters else None

    def state(self, frame: int) -> FrameState:
        """How a frame of this layer stands; quick without shapes."""
        if frame in self.locked:
            return FrameState.LOCKED
        if any(frame == key for shape in self.shapes for key, _ in shape.keys):
            return FrameState.KEYED
        if frame in self.rasters:
            return FrameState(self.rasters.origin(frame).value)
        return FrameState.EMPTY if self.is_empty(frame) else FrameState.PROPAGATED

    def matte(self, frame: int) -> Matte:
        """Painted or inside a shape: boolean (height, width), a copy."""
        return self.matte_with(self.shapes, frame)

    def matte_with(self, shapes: Iterable[KeyedPolygon], frame: int) -> Matte:
        """What `matte` would be with other shapes."""
        matte = self.rasters.region(frame, self.rasters.extent.rect)
        for shape in shapes:
            shape.draw(matte, frame)
        return matte

    def look(self, frame: int, rect: Rect) -> Matte | None:
        """The part of `matte(frame)` in `rect`, to be read at once; None when nothing is set."""
        if self.shapes:
            return self.matte(frame)[rect.slices]
        return self.rasters.look(frame, rect)

    def add_to(self, target: Matte, frame: int, rect: Rect) -> None:
        """Set in `target`, of the size of `rect`, what the matte sets there."""
        part = self.look(frame, rect)
        if part is not None:
            target |= part

    def region(self, frame: int, rect: Rect) -> Matte:
        """The part of `matte(frame)` in `rect`, which must lie inside; quick without shapes."""
        if self.shapes:
            return self.matte(frame)[rect.slices]
        return self.rasters.region(frame, rect)

    def is_empty(self, frame: int) -> bool:
        """Whether nothing is set, told without expanding anything where there are no shapes."""
        if frame in self.rasters:
            return False
        return not self.shapes or not self.matte(frame).any()

    def painted_frames(self) -> tuple[int, ...]:
        """Frames with anything painted, shapes not counted; ascending."""
        return tuple(self.rasters)
