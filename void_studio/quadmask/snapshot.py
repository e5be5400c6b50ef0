"""A document as it was at one moment: frozen, so that any thread may read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from void_studio.core import Extent, FrameRange
from void_studio.quadmask.bits import Matte, expand_bits
from void_studio.quadmask.history import Edit
from void_studio.quadmask.layer import LayerHead, Role
from void_studio.quadmask.packing import pack
from void_studio.quadmask.rasters import PaintedFrame
from void_studio.quadmask.sequence import Quadmask

__all__ = ["LayerSnapshot", "QuadmaskSnapshot"]


@dataclass(frozen=True, slots=True)
class LayerSnapshot:
    """A layer; frames in which nothing is set are left out."""

    head: LayerHead
    extent: Extent
    frames: Mapping[int, PaintedFrame] = field(repr=False)

    def matte(self, frame: int) -> Matte:
        """Painted or inside a shape: boolean (height, width), owned by the caller."""
        painted = self.frames.get(frame)
        matte = expand_bits(painted.blob if painted else b"", self.extent)
        for shape in self.head.shapes:
            shape.draw(matte, frame)
        return matte

    def is_empty(self, frame: int) -> bool:
        """Whether nothing is set; quick without shapes."""
        return frame not in self.frames and not (self.head.shapes and self.matte(frame).any())


@dataclass(frozen=True, slots=True)
class QuadmaskSnapshot:
    """Everything of a document but a stroke in progress; cheap to take, nothing is copied."""

    shot_id: str
    range: FrameRange
    extent: Extent
    revision: int
    history_limit_bytes: int
    layers: tuple[LayerSnapshot, ...]
    done: tuple[Edit, ...] = field(default=(), repr=False)
    undone: tuple[Edit, ...] = field(default=(), repr=False)

    def layer(self, layer_id: str) -> LayerSnapshot:
        """The layer with this id. Raises KeyError for an unknown one."""
        for layer in self.layers:
            if layer.head.id == layer_id:
                return layer
        raise KeyError(layer_id)

    def is_empty(self, frame: int) -> bool:
        """Whether no visible layer sets anything; quick without shapes."""
        return all(layer.is_empty(frame) for layer in self.layers if layer.head.visible)

    def values(self, frame: int) -> npt.NDArray[np.uint8]:
        """The stored numbers of the visible layers, uint8 (height, width)."""
        mattes = {role: np.zeros(self.extent.shape, np.bool_) for role in Role}
        for layer in self.layers:
            if layer.head.visible and (frame in layer.frames or layer.head.shapes):
                mattes[layer.head.role] |= layer.matte(frame)
        return pack(mattes[Role.REMOVE], mattes[Role.AFFECTED])

    def pack(self, frames: FrameRange | None = None) -> Quadmask:
        """The quadmask of the visible layers over `frames`, all by default."""
        span = self.range if frames is None else frames
        if not self.range.covers(span):
            raise IndexError(f"{span} is not inside {self.range}")
        values = (self.values(frame) for frame in span)
        return Quadmask.of(span.start, self.extent, values, revision=self.revision)
