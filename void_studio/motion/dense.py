"""Dense optical flow between two frames, and what can be done with it.

Flow is float32 of shape (height, width, 2), x then y, in pixels: the sample at (x, y) of the first
frame is at (x + flow[y, x, 0], y + flow[y, x, 1]) in the second.
"""

from __future__ import annotations

from typing import Literal, TypeVar

import cv2
import numpy as np
import numpy.typing as npt

__all__ = ["Preset", "consistency", "dense_flow", "warp"]

Preset = Literal["ultrafast", "fast", "medium"]

Flow = npt.NDArray[np.float32]
Samples = TypeVar("Samples", np.uint8, np.uint16, np.float32)

_PRESETS: dict[Preset, int] = {
    "ultrafast": cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST,
    "fast": cv2.DISOPTICAL_FLOW_PRESET_FAST,
    "medium": cv2.DISOPTICAL_FLOW_PRESET_MEDIUM,
}
_SMALLEST_SIDE = 32


def dense_flow(
    first: npt.NDArray[np.uint8], second: npt.NDArray[np.uint8], *, preset: Preset = "fast"
) -> Flow:
    """Where every sample of `first` went in `second`; both grey (height, width) of one shape.

    Dense inverse search (Kroeger et al., ECCV 2016) as OpenCV has it. Frames with a side under 32
    samples are extended by their edge, because the search has no level for them.
    """
    height, width = first.shape
    below, right = max(0, _SMALLEST_SIDE - height), max(0, _SMALLEST_SIDE - width)
    search = cv2.DISOpticalFlow.create(_PRESETS[preset])
    flow = search.calc(_extended(first, below, right), _extended(second, below, right), np.empty(0))
    return np.ascontiguousarray(flow[:height, :width], dtype=np.float32)


def consistency(forward: Flow, backward: Flow) -> npt.NDArray[np.float32]:
    """How far from itself each sample comes back, (height, width) in pixels.

    `forward` goes from a frame to another, `backward` from that one to the first. A sample that
    leaves the frame has no way back: infinite.
    """
    height, width = forward.shape[:2]
    x, y = _positions(forward)
    there = cv2.remap(backward, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    error = np.hypot(forward[..., 0] + there[..., 0], forward[..., 1] + there[..., 1])
    outside = (x < 0) | (y < 0) | (x > width - 1) | (y > height - 1)
    return np.where(outside, np.float32(np.inf), error).astype(np.float32)


def warp(array: npt.NDArray[Samples], flow: Flow) -> npt.NDArray[Samples]:
    """`array` of the second frame as the first would see it: out(p) = array(p + flow(p)).

    `array` is (height, width) or (height, width, channels) of uint8, uint16 or float32; bilinear,
    its edge repeated outside.
    """
    x, y = _positions(flow)
    seen: npt.NDArray[Samples] = np.empty(flow.shape[:2] + array.shape[2:], array.dtype)
    cv2.remap(array, x, y, cv2.INTER_LINEAR, dst=seen, borderMode=cv2.BORDER_REPLICATE)
    return seen


def _positions(flow: Flow) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    height, width = flow.shape[:2]
    x = flow[..., 0] + np.arange(width, dtype=np.float32)[None, :]
    y = flow[..., 1] + np.arange(height, dtype=np.float32)[:, None]
    return x, y


def _extended(grey: npt.NDArray[np.uint8], below: int, right: int) -> npt.NDArray[np.uint8]:
    """In one block of memory, as the search needs it."""
    if not below and not right:
        return np.ascontiguousarray(grey)
    return np.pad(grey, ((0, below), (0, right)), mode="edge")
