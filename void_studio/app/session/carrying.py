"""Mattes carried into frames that have none: from the nearest painted frame, by a segmenter."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing

from void_studio.app.session.tasks import TaskContext
from void_studio.core import FrameRange, Refused
from void_studio.media import PlateRef, reopen_plate
from void_studio.quadmask import (
    LayerSnapshot,
    Matte,
    Origin,
    PaintedFrame,
    QuadmaskSnapshot,
    painted_frame,
)

__all__ = ["carry_into"]

_SEGMENTER = "flow"


def carry_into(
    snapshot: QuadmaskSnapshot,
    frames: FrameRange,
    plate: PlateRef,
    worker: str,
    context: TaskContext,
) -> dict[str, dict[int, PaintedFrame]]:
    """By layer, what is to be painted on those of `frames` where the layer has nothing.

    Only frames at the ends of what is painted are filled, locked ones are not. Blocks; for tasks.
    Raises Refused when no visible layer has an empty frame beside a painted one.
    """
    from void_studio.app.mattes import ProxySource, propagate_matte, proxy_extent
    from void_studio.app.wiring import RemoteSegmenter, connected

    work = [
        (layer, edge, span)
        for layer in snapshot.layers
        if layer.head.visible and layer.frames
        for edge, span in _spans(layer, frames)
    ]
    if not work:
        raise Refused("there is no empty frame beside a painted one", where=str(frames))
    found: dict[str, dict[int, PaintedFrame]] = {}
    with connected(worker) as runner, closing(reopen_plate(plate)) as reader:
        source = ProxySource(reader, proxy_extent(plate.extent))
        segmenter = RemoteSegmenter(runner, _SEGMENTER)
        for count, (layer, edge, span) in enumerate(work, 1):
            mattes = propagate_matte(
                layer.matte(edge), edge, span, source, segmenter, context.cancelled
            )
            context.check()
            kept = found.setdefault(layer.head.id, {})
            kept.update(_painted(layer, span, mattes))
            context.progress("carry", count, len(work))
    return found


def _spans(layer: LayerSnapshot, frames: FrameRange) -> list[tuple[int, FrameRange]]:
    """The painted frame at each end, and the empty frames beyond it."""
    first, last = min(layer.frames), max(layer.frames)
    head = FrameRange.of(frames.start, first - 1) if frames.start < first else None
    tail = FrameRange.of(last + 1, frames.last) if frames.last > last else None
    return [(edge, span) for edge, span in ((first, head), (last, tail)) if span]


def _painted(
    layer: LayerSnapshot, span: FrameRange, mattes: Iterable[Matte]
) -> dict[int, PaintedFrame]:
    pairs = zip(span, mattes, strict=True)
    return {
        frame: painted_frame(matte, Origin.PROPAGATED)
        for frame, matte in pairs
        if frame not in layer.head.locked and matte.any()
    }
