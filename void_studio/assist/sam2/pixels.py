"""What crosses the border between frames and mattes as arrays and SAM 2's tensors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from void_studio.assist.protocol import Box, Click, Prompt
from void_studio.core import Extent

__all__ = ["matte_tensor", "pixel_tensor", "points_of", "quantised", "stability"]

_MEAN = (0.485, 0.456, 0.406)
_DEVIATION = (0.229, 0.224, 0.225)
_STEPS_PER_LOGIT = 8


def pixel_tensor(rgb: npt.NDArray[np.uint8], side: int, device: torch.device) -> torch.Tensor:
    """A frame (height, width, 3) as float32 (3, side, side), normalised as in training.

    Resized by area-weighted bilinear interpolation, without keeping the aspect: SAM 2 was trained
    so.
    """
    pixels = torch.from_numpy(rgb).to(device).permute(2, 0, 1)[None].float() / 255
    if pixels.shape[-2:] != (side, side):
        pixels = functional.interpolate(
            pixels, (side, side), mode="bilinear", align_corners=False, antialias=True
        )
    mean = torch.tensor(_MEAN, device=device).view(1, 3, 1, 1)
    deviation = torch.tensor(_DEVIATION, device=device).view(1, 3, 1, 1)
    return ((pixels - mean) / deviation)[0]


def matte_tensor(matte: npt.NDArray[np.bool_], side: int, device: torch.device) -> torch.Tensor:
    """A matte (height, width) as float32 (1, 1, side, side) of 0 and 1."""
    values = torch.from_numpy(matte.astype(np.float32)).to(device)[None, None]
    resized = functional.interpolate(
        values, (side, side), mode="bilinear", align_corners=False, antialias=True
    )
    return (resized >= 0.5).float()


def points_of(
    prompts: Sequence[Prompt], extent: Extent, side: int
) -> tuple[list[tuple[float, float]], list[int]]:
    """Clicks and boxes as points of a `side` x `side` frame with SAM's labels.

    1 on the object, 0 off it; 2 and 3 are the corners of the box around all boxes, which come
    first.
    """
    across, down = side / extent.width, side / extent.height
    boxes = [prompt.rect for prompt in prompts if isinstance(prompt, Box)]
    points: list[tuple[float, float]] = []
    labels: list[int] = []
    if boxes:
        left, top = min(rect.x for rect in boxes), min(rect.y for rect in boxes)
        right, bottom = max(rect.right for rect in boxes), max(rect.bottom for rect in boxes)
        points += [(left * across, top * down), (right * across, bottom * down)]
        labels += [2, 3]
    for prompt in prompts:
        if isinstance(prompt, Click):
            points.append((prompt.x * across, prompt.y * down))
            labels.append(int(prompt.positive))
    return points, labels


def quantised(logits: torch.Tensor) -> npt.NDArray[np.int8]:
    """Logits (height, width) in eighths, cut off at 127; none changes its side of 0."""
    values = logits.float().cpu().numpy()
    steps = np.rint(values * _STEPS_PER_LOGIT)
    return np.where(values > 0, steps.clip(1, 127), steps.clip(-127, 0)).astype(np.int8)


def stability(logits: torch.Tensor) -> float:
    """IoU of the mattes cut at logits 1 and -1, as SAM's own measure; 0 when both are empty."""
    tight, loose = int((logits > 1).sum()), int((logits > -1).sum())
    return tight / loose if loose else 0.0
