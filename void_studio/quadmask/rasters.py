"""The painted frames of one layer: compressed, with the last used ones kept expanded."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping

from void_studio.core import Extent, Rect
from void_studio.quadmask.bits import Matte, compress_bits, expand_bits

__all__ = ["Rasters"]

_EXPANDED_FRAMES = 3


class Rasters:
    """Boolean frames of one size by number; a frame that was never painted is all False."""

    def __init__(self, extent: Extent, blobs: Mapping[int, bytes]) -> None:
        self.extent = extent
        self._blobs = {frame: blob for frame, blob in blobs.items() if blob}
        self._expanded: OrderedDict[int, Matte] = OrderedDict()
        self._held: dict[int, Matte] = {}

    def __iter__(self) -> Iterator[int]:
        """The frames in which anything is set, ascending."""
        return iter(sorted(self._blobs))

    def __contains__(self, frame: object) -> bool:
        return frame in self._blobs

    def blob(self, frame: int) -> bytes:
        """The frame as `compress_bits` gives it, without what a stroke in progress has done."""
        return self._blobs.get(frame, b"")

    def bits(self, frame: int, rect: Rect) -> bytes:
        """The samples in `rect`, which must lie inside, as `compress_bits` gives them."""
        if rect == self.extent.rect:
            return self.blob(frame)
        return compress_bits(self.region(frame, rect))

    def region(self, frame: int, rect: Rect) -> Matte:
        """A copy of the samples in `rect`, which must lie inside."""
        return self._array(frame)[rect.slices].copy()

    def put(self, frame: int, rect: Rect, blob: bytes) -> None:
        """Replace the samples in `rect` by those of `blob`."""
        if rect == self.extent.rect:
            self._expanded.pop(frame, None)
            self._store(frame, blob)
            return
        array = self._array(frame)
        array[rect.slices] = expand_bits(blob, rect.extent)
        self._store(frame, compress_bits(array))

    def hold(self, frame: int) -> Matte:
        """The frame to paint into; reads see it change. `release` it to forget the changes."""
        self._held[frame] = self._array(frame)
        self._expanded.pop(frame, None)
        return self._held[frame]

    def release(self, frame: int) -> None:
        """Let go of a held frame; it is again as it was last put."""
        self._held.pop(frame, None)

    def _store(self, frame: int, blob: bytes) -> None:
        if blob:
            self._blobs[frame] = blob
        else:
            self._blobs.pop(frame, None)

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
