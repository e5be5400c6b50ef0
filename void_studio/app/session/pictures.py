"""Pictures of frames for the screen, and the memory that keeps the last used of them."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from void_studio.media import ScreenPicture

__all__ = ["FrameCache", "Picture", "default_cache_bytes"]

_LARGEST_BYTES = 8 << 30


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """One frame as the screen shows it; never changed once made, shared between threads.

    `rgb` is (height, width, 4) uint8, contiguous: blue, green, red, 255, which is Qt's
    Format_RGB32. `half` is the mean of 2 x 2 pixels in the same form, for views below 50 %.
    `scale` is plate pixels to one pixel of `rgb`, along the width. `exact` is False for a proxy.
    """

    frame: int
    rgb: ScreenPicture
    half: ScreenPicture
    scale: float
    exact: bool

    @property
    def size_bytes(self) -> int:
        """What it takes in memory."""
        return self.rgb.nbytes + self.half.nbytes


def default_cache_bytes() -> int:
    """A quarter of the machine's memory, at most 8 GB."""
    import psutil

    return min(_LARGEST_BYTES, int(psutil.virtual_memory().total) // 4)


class FrameCache:
    """Pictures by frame, the least recently used dropped first. Used by one thread.

    An exact picture is never replaced by a proxy. The picture that was put in last is always kept,
    whatever it takes.
    """

    def __init__(self, cap_bytes: int) -> None:
        self.cap_bytes = cap_bytes
        self.size_bytes = 0
        self._kept: OrderedDict[int, Picture] = OrderedDict()

    @property
    def frames(self) -> frozenset[int]:
        """Frames of which there is any picture."""
        return frozenset(self._kept)

    def is_exact(self, frame: int) -> bool:
        """Whether the plate's own picture is there; does not count as a use."""
        found = self._kept.get(frame)
        return found is not None and found.exact

    def get(self, frame: int) -> Picture | None:
        """The picture of a frame."""
        found = self._kept.get(frame)
        if found is not None:
            self._kept.move_to_end(frame)
        return found

    def put(self, picture: Picture) -> bool:
        """Keep a picture; False when a better one is there."""
        if self.is_exact(picture.frame) and not picture.exact:
            return False
        self._drop(picture.frame)
        self._kept[picture.frame] = picture
        self.size_bytes += picture.size_bytes
        while self.size_bytes > self.cap_bytes and len(self._kept) > 1:
            self._drop(next(iter(self._kept)))
        return True

    def clear(self) -> None:
        """Drop everything."""
        self._kept.clear()
        self.size_bytes = 0

    def _drop(self, frame: int) -> None:
        dropped = self._kept.pop(frame, None)
        if dropped is not None:
            self.size_bytes -= dropped.size_bytes
