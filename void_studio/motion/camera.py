"""Whether a camera stood still."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from void_studio.motion.homography import chain_homographies

__all__ = ["is_locked"]


def is_locked(
    grey: Callable[[int], npt.NDArray[np.uint8]],
    count: int,
    exclude: Callable[[int], npt.NDArray[np.bool_]] | None,
) -> bool:
    """Whether the camera moved less than 0.3 px of these proxies over frames 0 .. count - 1.

    Arguments as for `chain_homographies`. A clip without texture counts as locked.
    """
    return chain_homographies(grey, count, exclude).locked
