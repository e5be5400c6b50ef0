"""Scene-linear light as signal and back: the curve of IEC 61966-2-1 (sRGB) between 0 and 1.

Float plates are taken to be scene-linear. What is above 1 or below 0 has no place on the canvas
and is clipped there; the plate's own samples are never touched by it.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["linear_of_signal", "signal_of_linear"]

_WHITE = 65535.0
_LOW_SIGNAL, _LOW_LINEAR, _SLOPE = 0.04045, 0.0031308, 12.92
_GAMMA, _OFFSET = 2.4, 0.055

Floats = npt.NDArray[np.float32]


def signal_of_linear(linear: npt.NDArray[Any]) -> npt.NDArray[np.uint16]:
    """Signal, uint16 full range, of float16 or float32 light; no number counts as 0."""
    if linear.dtype == np.float16:
        return _signals_of_halves()[linear.view(np.uint16)]
    return _signal(linear)


def linear_of_signal(signal: npt.NDArray[Any]) -> Floats:
    """Light, 0..1, of a signal in 0..65535, uint16 or float32."""
    if signal.dtype == np.uint16:
        lights: Floats = _lights_of_signals()[signal]
        return lights
    return _linear(signal)


def _signal(linear: npt.NDArray[Any]) -> npt.NDArray[np.uint16]:
    light = np.nan_to_num(linear.astype(np.float32), nan=0.0, posinf=1.0, neginf=0.0).clip(0, 1)
    curve = (1 + _OFFSET) * np.power(light, np.float32(1 / _GAMMA)) - np.float32(_OFFSET)
    encoded = np.where(light <= _LOW_LINEAR, light * np.float32(_SLOPE), curve)
    return np.rint(encoded * np.float32(_WHITE)).astype(np.uint16)


def _linear(signal: npt.NDArray[Any]) -> Floats:
    level = (signal.astype(np.float32) / np.float32(_WHITE)).clip(0, 1)
    curve = np.power((level + np.float32(_OFFSET)) / np.float32(1 + _OFFSET), np.float32(_GAMMA))
    return np.where(level <= _LOW_SIGNAL, level / np.float32(_SLOPE), curve).astype(np.float32)


@cache
def _signals_of_halves() -> npt.NDArray[np.uint16]:
    """By the bits of a float16."""
    return _signal(np.arange(1 << 16, dtype=np.uint16).view(np.float16))


@cache
def _lights_of_signals() -> Floats:
    return _linear(np.arange(1 << 16, dtype=np.uint16))
