"""How a clip of any length is padded and cut into windows; whole numbers only, no torch.

Frames are indices into the clip, latents are the frames of the model's latent video: latent 0
stands for frame 0, every later one for four frames (VOID_SPEC 2.6 and 6.1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from void_studio.core import UsageError

__all__ = [
    "OVERLAP",
    "REFERENCE_LIMIT",
    "WINDOW",
    "Window",
    "check_windows",
    "frames_of_latent",
    "latent_count",
    "mirror_index",
    "padded_length",
    "plan_windows",
    "trimmed",
]

WINDOW = 85
OVERLAP = 16
REFERENCE_LIMIT = 197
_RATIO = 4
_STEP, _REST = 8, 5


@dataclass(frozen=True, slots=True)
class Window:
    """Latents `begin` up to `end`; `rise` and `fall` latents at its ends are blended."""

    begin: int
    end: int
    rise: int
    fall: int

    @property
    def part(self) -> slice:
        """Its place among all latents."""
        return slice(self.begin, self.end)

    def __len__(self) -> int:
        return self.end - self.begin


def padded_length(frames: int, window: int = WINDOW) -> int:
    """The number of frames that the model is given for a clip of `frames`.

    The smallest 8j + 5 that holds the clip, and at least one window: an even number of latents.
    """
    if frames < 1:
        raise UsageError(f"a clip of {frames} frames can not be filled")
    return max(window, _rounded_up(frames))


def mirror_index(index: int, frames: int) -> int:
    """The frame of the clip that padded frame `index` repeats: mirrored, with repeated ends."""
    folded = index % (2 * frames)
    return folded if folded < frames else 2 * frames - 1 - folded


def latent_count(frames: int) -> int:
    """Latents of `frames` padded frames."""
    return (frames - 1) // _RATIO + 1


def frames_of_latent(latent: int) -> range:
    """The padded frames that a latent stands for: one, and four for every later one."""
    return range(max(0, latent * _RATIO - _RATIO + 1), latent * _RATIO + 1)


def check_windows(window: int, overlap: int) -> None:
    """Raise UsageError, naming the nearest value, for sizes that the model can not work with."""
    if window < _REST or window % _STEP != _REST:
        below = max(_REST, window - (window - _REST) % _STEP)
        raise UsageError(
            f"a window of {window} frames is not of the form 8j+5", hint=f"use {below}"
        )
    if overlap < 0 or overlap % _STEP:
        nearest = max(0, round(overlap / _STEP) * _STEP)
        raise UsageError(
            f"an overlap of {overlap} frames is not a multiple of 8", hint=f"use {nearest}"
        )
    if overlap // _RATIO >= latent_count(window):
        largest = (latent_count(window) - 2) * _RATIO // _STEP * _STEP
        raise UsageError(
            f"an overlap of {overlap} frames leaves nothing of a window of {window}",
            hint=f"use {largest} or less",
        )


def plan_windows(latents: int, window: int = WINDOW, overlap: int = OVERLAP) -> tuple[Window, ...]:
    """The windows over `latents` latents; `window` and `overlap` are in frames.

    Each window begins `overlap` before the end of the one before; the last one is shorter, not
    moved back. Raises UsageError as `check_windows` does.
    """
    check_windows(window, overlap)
    size, shared = latent_count(window), overlap // _RATIO
    begins = [0]
    while begins[-1] + size < latents:
        begins.append(begins[-1] + size - shared)
    return tuple(
        Window(
            begin,
            min(begin + size, latents),
            rise=shared if begin else 0,
            fall=shared if begin + size < latents else 0,
        )
        for begin in begins
    )


def trimmed(masked: Sequence[bool], window: int = WINDOW) -> range:
    """The frames that are worth the model's work: the masked ones and one window around them.

    `masked` tells of every frame whether there is anything to fill. Empty where nothing is.
    """
    filled = [frame for frame, has in enumerate(masked) if has]
    if not filled:
        return range(0)
    first, last = filled[0], filled[-1]
    return range(max(0, first - window), min(len(masked), last + 1 + window))


def _rounded_up(frames: int) -> int:
    return max(0, -(-(frames - _REST) // _STEP)) * _STEP + _REST
