"""A plate's frames for assistance: whole, and as proxies."""

from __future__ import annotations

import threading
from collections import OrderedDict

import numpy as np
import numpy.typing as npt

from void_studio.app.mattes import proxy_extent
from void_studio.core import Extent
from void_studio.media import PlateRef, reopen_plate, resize

__all__ = ["PlateFrames"]

_Pixels = npt.NDArray[np.uint8]
_WHOLE, _PROXIES = 2, 6


class PlateFrames:
    """Any thread may ask; frames are read one at a time, and the last few are kept."""

    def __init__(self, plate: PlateRef, long_side: int) -> None:
        self.proxy_extent: Extent = proxy_extent(plate.extent, long_side)
        self._reader = reopen_plate(plate)
        self._lock = threading.Lock()
        self._whole: OrderedDict[int, _Pixels] = OrderedDict()
        self._proxies: OrderedDict[int, _Pixels] = OrderedDict()

    def rgb(self, frame: int) -> _Pixels:
        """A frame in plate numbering, uint8 (height, width, 3) at plate size; read-only."""
        with self._lock:
            return self._read(frame)

    def proxy(self, frame: int) -> _Pixels:
        """The same at `proxy_extent`."""
        with self._lock:
            if frame not in self._proxies:
                small = resize(self._read(frame), self.proxy_extent)
                _keep(self._proxies, frame, small, _PROXIES)
            return self._proxies[frame]

    def close(self) -> None:
        """Let go of the plate. Waits for a frame that is being read."""
        with self._lock:
            self._reader.close()
            self._whole.clear()
            self._proxies.clear()

    def _read(self, frame: int) -> _Pixels:
        if frame not in self._whole:
            rgb = np.right_shift(self._reader.read(frame).rgb(), 8).astype(np.uint8)
            _keep(self._whole, frame, rgb, _WHOLE)
        return self._whole[frame]


def _keep(kept: OrderedDict[int, _Pixels], frame: int, pixels: _Pixels, most: int) -> None:
    kept[frame] = pixels
    if len(kept) > most:
        kept.popitem(last=False)
