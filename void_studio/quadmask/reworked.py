"""Mattes of whole frames worked out away from the document, on any thread."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from void_studio.quadmask.bits import Matte, compress_bits, expand_bits
from void_studio.quadmask.history import PaintAtom
from void_studio.quadmask.origin import Origin
from void_studio.quadmask.rasters import PaintedFrame
from void_studio.quadmask.snapshot import LayerSnapshot

__all__ = ["painted_frame", "rework"]


def painted_frame(matte: Matte, origin: Origin) -> PaintedFrame:
    """A boolean (height, width) matte as a document keeps it."""
    if matte.dtype != np.bool_ or matte.ndim != 2:
        raise ValueError(f"a matte is {matte.dtype} {matte.shape}, not boolean")
    return PaintedFrame(compress_bits(matte), origin)


def rework(layer: LayerSnapshot, frame: int, change: Callable[[Matte], Matte]) -> PaintAtom:
    """What `change` makes of the painted matte of a frame, shapes left aside.

    The frame stays propagated where it was: a person reworks what is there.
    """
    there = layer.frames.get(frame, PaintedFrame(b""))
    after = compress_bits(change(expand_bits(there.blob, layer.extent)))
    return PaintAtom(
        layer.head.id, frame, layer.extent.rect, there.blob, after, there.origin, there.origin
    )
