"""The painted frames of one layer: compressed, with the last used ones kept expanded."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from void_studio.core import Extent, Rect
from void_studio.quadmask.bits import Matte, compress_bits, expand_bits
from void_studio.quadmask.origin import Origin

__all__ = ["PaintedFrame", "Rasters"]

_EXPANDED_FRAMES = 3


@dataclass(frozen=True, slots=True)
class PaintedFrame:
    """One frame as `compress_bits` gives it, and where it is from."""

    blob: bytes = field(repr=False)
    origin: Origin = Origin.PAINTED


_NOTHING = PaintedFrame(b"")


class Rasters:
    """Boolean frames of one size by number; a frame that was never painted is all False."""

    def __init__(self, extent: Extent, frames: Mapping[int, PaintedFrame]) -> None:
        self.extent = extent
        self._frames = {frame: painted for frame, painted in frames.items() if painted.blob}
        self._expanded: OrderedDict[int, Matte] = OrderedDict()
        self._held: dict[int, Matte] = {}

    def __iter__(self) -> Iterator[int]:
        """The frames in which anything is set, ascending."""
        return iter(sorted(self._frames))

    def __contains__(self, frame: object) -> bool:
        return frame in self._frames

    @property
    def frames(self) -> dict[int, PaintedFrame]:
        """All frames in which anything is set; a copy."""
        return dict(self._frames)

    def blob(self, frame: int) -> bytes:
        """The frame as `compress_bits` gives it, without what a stroke in progress has done."""
        return self._frames.get(frame, _NOTHING).blob

    def origin(self, frame: int) -> Origin:
        """Where the frame is from; PAINTED when nothing is set."""
        return self._frames.get(frame, _NOTHING).origin

    def bits(self, frame: int, rect: Rect) -> bytes:
        """The samples in `rect`, which must lie inside, as `compress_bits` gives them."""
        if rect == self.extent.rect:
            return self.blob(frame)
        return compress_bits(self._array(frame)[rect.slices])

    def region(self, frame: int, rect: Rect) -> Matte:
        """A copy of the samples in `rect`, which must lie inside."""
        return self._array(frame)[rect.slices].copy()

    def look(self, frame: int, rect: Rect) -> Matte | None:
        """The samples in `rect`, to be read at once and not kept; None when nothing is set."""
        if frame not in self._frames and frame not in self._held:
            return None
        return self._array(frame)[rect.slices]

    def put(self, frame: int, rect: Rect, blob: bytes, origin: Origin) -> None:
        """Replace the samples in `rect` by those of `blob`, and say where the frame is from."""
        if rect == self.extent.rect:
            self._expanded.pop(frame, None)
            self._store(frame, PaintedFrame(blob, origin))
            return
        array = self._array(frame)
        array[rect.slices] = expand_bits(blob, rect.extent)
        self._store(frame, PaintedFrame(compress_bits(array), origin))

    def hold(self, frame: int) -> Matte:
        """The frame to paint into; reads see it change. `release` it to forget the changes."""
        self._held[frame] = self._array(frame)
        self._expanded.pop(frame, None)
        return self._held[frame]

    def release(self, frame: int) -> None:
        """Let go of a held frame; it is again as it was last put."""
        self._held.pop(frame, None)

    def _store(self, frame: int, painted: PaintedFrame) -> None:
        if painted.blob:
            self._frames[frame] = painted
        else:
            self._frames.pop(frame, None)

    def _array(self, frame: int) -> Matte:
        if frame in self._held:
            return self._held[frame]
        array = self._expanded.pop(frame, None)
        if array is None:
            array = expand_bits(self.blob(frame), self.extent)
        self._expanded[frame] = array
        while len(self._expanded) > _EXPANDED_FRAMES:
            self._expanded.popitem(last=False)
        return array
