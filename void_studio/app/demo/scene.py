"""The demo's shot: a courtyard at dusk, a ball that crosses it, and the truth about both."""

from __future__ import annotations

from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from void_studio.app.demo.scene_ball import Ball, Patch
from void_studio.app.demo.scene_camera import WORLD_HEIGHT, WORLD_WIDTH, frame_from_world
from void_studio.app.demo.scene_grain import Grain
from void_studio.app.demo.scene_world import paint_world
from void_studio.core import Extent

__all__ = ["DemoScene"]

_DARKENS = 0.008
_FULL_HD = Extent(1920, 1080)


class DemoScene:
    """A synthetic plate with known truth: equal arguments give equal samples.

    A camera pans, rolls and closes in over a painted place (an affine map of one picture); a ball
    crosses it, so that no place stays hidden for the whole shot, and its shadow multiplies the
    ground. Frames count from 0; the world is painted when the first one is asked for.
    """

    def __init__(self, extent: Extent = _FULL_HD, frames: int = 48, seed: int = 7) -> None:
        self.extent = extent
        self.frames = frames
        self.seed = seed

    def plate(self, frame: int) -> npt.NDArray[np.uint16]:
        """The frame as shot, R'G'B' uint16 (height, width, 3), full range."""
        pixels = self._place(frame)
        ball = self._ball(frame)
        shadow, picture = ball.shadow(), ball.picture()
        pixels[shadow.rect.slices] *= shadow.pixels
        _over(pixels, picture)
        return self._grain.on(pixels, frame)

    def clean(self, frame: int) -> npt.NDArray[np.uint16]:
        """The same frame, camera and grain without the ball and its shadow."""
        return self._grain.on(self._place(frame), frame)

    def object_matte(self, frame: int) -> npt.NDArray[np.bool_]:
        """Where the ball covers more than half a sample, boolean (height, width)."""
        picture = self._ball(frame).picture()
        matte = np.zeros(self.extent.shape, dtype=np.bool_)
        matte[picture.rect.slices] = picture.alpha > 0.5
        return matte

    def shadow_matte(self, frame: int) -> npt.NDArray[np.bool_]:
        """Where the shadow takes more than 0.8 % of any channel, seen or behind the ball."""
        shadow = self._ball(frame).shadow()
        matte = np.zeros(self.extent.shape, dtype=np.bool_)
        matte[shadow.rect.slices] = (shadow.pixels < 1 - _DARKENS).any(axis=2)
        return matte

    def object_centre(self, frame: int) -> tuple[float, float]:
        """The middle of the ball, x and y in samples."""
        return self._ball(frame).centre

    @property
    def _unit(self) -> float:
        return self.extent.height / 1080

    @cached_property
    def _world(self) -> npt.NDArray[np.float32]:
        width = round(self.extent.width * WORLD_WIDTH)
        height = round(self.extent.height * WORLD_HEIGHT)
        return paint_world(width, height, self._unit, np.random.default_rng((self.seed, 0)))

    @cached_property
    def _grain(self) -> Grain:
        return Grain(self.extent, self.seed)

    def _camera(self, frame: int) -> npt.NDArray[np.float64]:
        return frame_from_world(self.extent, self._progress(frame))

    def _progress(self, frame: int) -> float:
        return frame / max(1, self.frames - 1)

    def _ball(self, frame: int) -> Ball:
        return Ball(self.extent, self._unit, self._progress(frame), self._camera(frame))

    def _place(self, frame: int) -> npt.NDArray[np.float32]:
        size = (self.extent.width, self.extent.height)
        seen = cv2.warpAffine(self._world, self._camera(frame), size, flags=cv2.INTER_CUBIC)
        return np.asarray(seen.clip(0, 1), dtype=np.float32)


def _over(pixels: npt.NDArray[np.float32], picture: Patch) -> None:
    part = pixels[picture.rect.slices]
    part += (picture.pixels - part) * picture.alpha[..., None]
