"""What an engine is given: the frames of a clip, the plate's or partly those of a kept take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from void_studio.app.kept_take import KeptFrames, TakeRange, kept_frames
from void_studio.core import FrameRange, Refused
from void_studio.engine import EngineInfo, ParamValue
from void_studio.media import Frame, PlateReader, PlateRef
from void_studio.quadmask import KEEP, Quadmask

__all__ = ["ClipSource", "SentRange", "clip_source", "sent_range"]

_WINDOW = 85


class ClipSource(Protocol):
    """Frames for a clip; a PlateReader is one."""

    @property
    def ref(self) -> PlateRef:
        """The facts of the plate."""
        ...

    def read(self, frame: int) -> Frame:
        """A frame in the plate's numbering and layout."""
        ...


@dataclass(frozen=True, slots=True)
class SentRange:
    """How an engine is asked for `fresh` only, given `clip`.

    `from_take`: the other frames of the clip are the take's, with nothing to fill. Else they are
    the plate's, with their fills, and the engine only borrows from them. `params` tell it.
    """

    fresh: FrameRange
    clip: FrameRange
    from_take: bool
    params: Mapping[str, ParamValue]


def sent_range(
    engine: EngineInfo, fresh: FrameRange, work: FrameRange, params: Mapping[str, ParamValue]
) -> SentRange:
    """The clip for a range. Raises Refused for an engine that can not render a part of a shot.

    An engine with `fresh_first` and `fresh_last` gets one window of the take around the range, one
    with `only_first` and `only_last` the whole work range.
    """
    names = {spec.name for spec in engine.params}
    for first, last, from_take in (
        ("fresh_first", "fresh_last", True),
        ("only_first", "only_last", False),
    ):
        if {first, last} <= names:
            window = int(params.get("window", _WINDOW))
            clip = fresh.widened(window, window).intersect(work) if from_take else work
            told = {first: fresh.start - clip.start, last: fresh.last - clip.start}
            return SentRange(fresh, clip, from_take, told)
    raise Refused(
        f"engine {engine.id} can not render a part of a shot", hint="render the whole shot"
    )


@contextmanager
def clip_source(
    reader: PlateReader, quadmask: Quadmask, take: TakeRange | None, sent: SentRange | None
) -> Iterator[tuple[ClipSource, Quadmask]]:
    """What to send: frames, and the quadmask over exactly the clip's range."""
    if take is None or sent is None:
        yield reader, quadmask
        return
    if not sent.from_take:
        yield reader, quadmask.over(sent.clip)
        return
    with kept_frames(take.version, reader.ref) as kept:
        yield _Mixed(reader, kept, sent.fresh), _only(quadmask.over(sent.clip), sent.fresh)


class _Mixed:
    def __init__(self, reader: PlateReader, kept: KeptFrames, fresh: FrameRange) -> None:
        self.ref = reader.ref
        self._reader = reader
        self._kept = kept
        self._fresh = fresh

    def read(self, frame: int) -> Frame:
        return self._reader.read(frame) if frame in self._fresh else self._kept.frame(frame)


def _only(quadmask: Quadmask, fresh: FrameRange) -> Quadmask:
    """The quadmask with nothing to fill outside of `fresh`."""
    nothing = np.full(quadmask.extent.shape, KEEP, np.uint8)
    values = [quadmask.values(frame) if frame in fresh else nothing for frame in quadmask.range]
    return Quadmask.of(quadmask.range.start, quadmask.extent, values, revision=quadmask.revision)
