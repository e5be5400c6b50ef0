"""Clips with known pixels under a hole: synthetic, or real ones seen by a made-up camera."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from void_studio.core import Extent
from void_studio.media import CanvasClip
from void_studio.quadmask import pack

Picture = npt.NDArray[np.uint8]
Matte = npt.NDArray[np.bool_]
Matrix = npt.NDArray[np.float64]


def textured_world(extent: Extent, seed: int = 1) -> Picture:
    """A picture with detail at several scales and in every channel, RGB uint8."""
    random = np.random.default_rng(seed)
    total = np.zeros((*extent.shape, 3), np.float32)
    for sigma, weight in ((1.2, 0.6), (4, 1.0), (16, 1.4)):
        layer = cv2.GaussianBlur(random.normal(size=total.shape).astype(np.float32), (0, 0), sigma)
        total += weight * layer / layer.std()
    return np.clip(128 + 26 * total, 0, 255).astype(np.uint8)


def camera_path(world: Extent, count: int, *, shake_px: float = 0.6, seed: int = 3) -> list[Matrix]:
    """Pan, zoom, roll and shake: for each frame the map from its points to the world's."""
    random = np.random.default_rng(seed)
    path = []
    for index in range(count):
        progress = index / max(1, count - 1)
        zoom, roll = 1 - 0.08 * progress, 0.01 * np.sin(6 * progress)
        x, y = random.normal(0, shake_px, 2)
        x += world.width * (0.02 + 0.2 * progress)
        y += world.height * (0.03 + 0.15 * progress)
        cosine, sine = zoom * np.cos(roll), zoom * np.sin(roll)
        path.append(np.array([[cosine, -sine, x], [sine, cosine, y], [0, 0, 1]]))
    return path


def filmed(
    worlds: Sequence[npt.NDArray[np.uint8]], path: Sequence[Matrix], extent: Extent
) -> list[npt.NDArray[np.uint8]]:
    """What the camera sees of each picture; one picture stands for all frames."""
    pictures = list(worlds) if len(worlds) > 1 else [worlds[0]] * len(path)
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    size = (extent.width, extent.height)
    return [
        np.asarray(cv2.warpPerspective(picture, matrix, size, flags=flags))
        for picture, matrix in zip(pictures, path, strict=True)
    ]


def noisy(frames: Sequence[Picture], deviation: float, seed: int = 5) -> list[Picture]:
    """The frames with grain of their own."""
    random = np.random.default_rng(seed)
    return [
        np.clip(frame + random.normal(0, deviation, frame.shape), 0, 255).astype(np.uint8)
        for frame in frames
    ]


def holes(
    extent: Extent, count: int, start: tuple[float, float], end: tuple[float, float]
) -> list[Matte]:
    """Ellipses of 1/8 the width and 1/3 the height whose middle goes from `start` to `end`.

    Both are shares of the frame.
    """
    mattes = []
    for progress in np.linspace(0, 1, count):
        x, y = (a + (b - a) * progress for a, b in zip(start, end, strict=True))
        middle = (round(x * extent.width), round(y * extent.height))
        axes = (max(1, extent.width // 16), max(1, extent.height // 6))
        matte = np.zeros(extent.shape, np.uint8)
        cv2.ellipse(matte, middle, axes, 0, 0, 360, 1, -1)
        mattes.append(matte > 0)
    return mattes


def holed_clip(
    frames: Sequence[Picture], fill: Sequence[Matte], *, affected: bool = False
) -> CanvasClip:
    """The clip with grey in place of what is to be filled."""
    nothing = np.zeros(fill[0].shape, np.bool_)
    return CanvasClip.from_arrays(
        [
            np.where(matte[..., None], np.uint8(128), frame)
            for frame, matte in zip(frames, fill, strict=True)
        ],
        [pack(nothing, matte) if affected else pack(matte, nothing) for matte in fill],
    )
