"""A quadmask as the layers of a document."""

from __future__ import annotations

from collections.abc import Callable

from void_studio.quadmask import (
    Matte,
    Origin,
    PaintedFrame,
    Quadmask,
    Role,
    affected_of,
    painted_frame,
    remove_of,
)

__all__ = ["PaintedLayer", "painted_layers"]

PaintedLayer = tuple[str, Role, dict[int, PaintedFrame]]


def painted_layers(
    quadmask: Quadmask, *, step: Callable[[int, int], None] = lambda done, total: None
) -> tuple[PaintedLayer, ...]:
    """An affected and a remove layer, as `QuadmaskDocument.add_painted` takes them.

    A layer in which nothing is set is left out. `step` learns of the frames done.
    """
    affected: dict[int, PaintedFrame] = {}
    remove: dict[int, PaintedFrame] = {}
    for count, frame in enumerate(quadmask.range, 1):
        values = quadmask.values(frame)
        _put(affected, frame, affected_of(values))
        _put(remove, frame, remove_of(values))
        step(count, len(quadmask.range))
    layers = (("Affected", Role.AFFECTED, affected), ("Remove", Role.REMOVE, remove))
    return tuple(layer for layer in layers if layer[2])


def _put(frames: dict[int, PaintedFrame], frame: int, matte: Matte) -> None:
    if matte.any():
        frames[frame] = painted_frame(matte, Origin.PAINTED)
