"""The demo's ball with other effects on the place: a hard shadow, or a reflection in wet ground."""

from __future__ import annotations

import math
from enum import Enum

import cv2
import numpy as np
import numpy.typing as npt

from void_studio.app.demo.scene import DemoScene
from void_studio.app.demo.scene_ball import Ball, Patch
from void_studio.core import Extent, Rect

__all__ = ["Touch", "TouchedScene"]

_GROUND = 1010.0
_HARD_SHADE = (0.62, 0.60, 0.56)
_MIRROR_SHARE = 0.45
_MIRROR_SQUASH = 0.42
_SEEN = 0.008


class Touch(Enum):
    """What the ball does to the place."""

    SOFT_SHADOW = "soft shadow"
    HARD_SHADOW = "hard shadow"
    REFLECTION = "reflection"


class TouchedScene(DemoScene):
    """A DemoScene whose ball has another `touch`; the seed also sets how strong it is."""

    def __init__(self, extent: Extent, frames: int, seed: int, touch: Touch) -> None:
        super().__init__(extent, frames, seed)
        self.touch = touch
        self._strength = 0.85 + 0.3 * float(np.random.default_rng((seed, 9)).random())

    def plate(self, frame: int) -> npt.NDArray[np.uint16]:
        pixels = self._place(frame)
        pixels += self._change(frame)
        picture = self._ball(frame).picture()
        part = pixels[picture.rect.slices]
        part += (picture.pixels - part) * picture.alpha[..., None]
        return self._grain.on(pixels.clip(0, 1), frame)

    def touched_matte(self, frame: int) -> npt.NDArray[np.bool_]:
        """Where the touch changes the place by more than 0.8 %, and the ball does not hide it."""
        change = np.abs(self._change(frame)) / self._place(frame).clip(0.05, 1)
        return (change > _SEEN).any(axis=2) & ~self.object_matte(frame)

    def _change(self, frame: int) -> npt.NDArray[np.float32]:
        place, ball = self._place(frame), self._ball(frame)
        changed = place.copy()
        if self.touch is Touch.REFLECTION:
            patch = self._mirrored(ball)
            part = changed[patch.rect.slices]
            part += (patch.pixels - part) * patch.alpha[..., None]
        else:
            shadow = ball.shadow() if self.touch is Touch.SOFT_SHADOW else self._hard(ball)
            factors = 1 - (1 - shadow.pixels) * self._strength
            changed[shadow.rect.slices] *= factors.clip(0, 1)
        return changed - place

    def _hard(self, ball: Ball) -> Patch:
        soft = ball.shadow()
        rect = soft.rect
        share = np.zeros(rect.extent.shape, np.float32)
        x, y = ball._seen(46.0 * (0.4 + ball.height), _GROUND + 14)
        axes = (round(1.25 * ball.radius * 16), round(0.42 * ball.radius * 16))
        middle = (round((x - rect.x) * 16), round((y - rect.y) * 16))
        cv2.ellipse(share, middle, axes, 0, 0, 360, (1.0,), -1, cv2.LINE_AA, 4)
        depth = 1 - np.array(_HARD_SHADE, np.float32)
        return Patch(rect, 1 - depth * share[..., None], np.ones_like(share))

    def _mirrored(self, ball: Ball) -> Patch:
        """The ball upside down below the ground's line, flattened and softened."""
        picture = ball.picture()
        high = max(2, round(picture.rect.height * _MIRROR_SQUASH))
        size = (picture.rect.width, high)
        pixels = cv2.resize(picture.pixels[::-1], size, interpolation=cv2.INTER_AREA)
        alpha = cv2.resize(picture.alpha[::-1], size, interpolation=cv2.INTER_AREA)
        alpha = cv2.GaussianBlur(alpha, (0, 0), max(0.6, 3 * self._unit))
        below = _GROUND - 40 + _MIRROR_SQUASH * (92 + 210 * ball.height)
        x, y = ball._seen(0.0, below)
        whole = Rect(math.floor(x - size[0] / 2), math.floor(y - high / 2), *size)
        rect = whole.intersect(self.extent.rect)
        rows, columns = rect.shifted(-whole.x, -whole.y).slices
        share = _MIRROR_SHARE * self._strength
        return Patch(rect, pixels[rows, columns], (alpha * share)[rows, columns])
