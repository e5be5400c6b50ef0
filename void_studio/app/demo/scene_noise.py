"""Noise that looks like clouds, stone and leaves: sums of smooth random grids."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

__all__ = ["Plane", "fractal", "ridge_line"]

Plane = npt.NDArray[np.float32]


def fractal(
    random: np.random.Generator,
    shape: tuple[int, int],
    coarsest: float,
    *,
    octaves: int = 5,
    stretch: float = 1.0,
    falloff: float = 0.55,
) -> Plane:
    """Noise of mean 0 and standard deviation 1, float32 of `shape` (height, width).

    The first octave has features of `coarsest` samples, `stretch` times as wide as high; each
    further one is half as large and `falloff` times as strong.
    """
    height, width = shape
    total = np.zeros(shape, dtype=np.float32)
    size, strength = coarsest, 1.0
    for _ in range(octaves):
        rows = max(2, round(height / size) + 2)
        columns = max(2, round(width / (size * stretch)) + 2)
        grid = random.standard_normal((rows, columns)).astype(np.float32)
        total += strength * cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC)
        size, strength = size / 2, strength * falloff
        if size < 1.5:
            break
    total -= total.mean()
    return np.asarray(total / max(float(total.std()), 1e-6), dtype=np.float32)


def ridge_line(random: np.random.Generator, width: int, coarsest: float) -> Plane:
    """A mountain's outline: `width` heights of mean 0 and standard deviation 1."""
    return np.asarray(fractal(random, (2, width), coarsest, octaves=7, falloff=0.48)[0])
