"""What the model is conditioned on: the noised plate and the mask, frame by frame from the clip.

Readers here give padded frames `begin` up to `end` as float32 (1, 3, count, H, W) on the CPU, and
hold no frame that they gave (VOID_SPEC 2 and 3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from void_studio.core import Refused, UsageError, digest_bytes
from void_studio.engine.void.params import Noise
from void_studio.engine.void.plan import model_view
from void_studio.engine.void.windows import mirror_index
from void_studio.media import CanvasClip
from void_studio.quadmask import fill_of, remove_of

__all__ = [
    "NOISE_SIGMA",
    "ReadFrames",
    "Span",
    "check_clip",
    "check_fresh",
    "mask_frames",
    "noise_of",
    "plate_frames",
    "unit_pixels",
]

NOISE_SIGMA = 0.0563
_MULTIPLE = 16
_BLACK = -1.0
_KEPT = 255
_AFFECTED = 128
ReadFrames = Callable[[int, int], torch.Tensor]


@dataclass(frozen=True, slots=True)
class Span:
    """The frames of a clip that the model is given, and how many it sees after padding."""

    clip: CanvasClip
    first: int
    count: int
    padded: int

    def frame(self, index: int) -> int:
        """The frame of the clip that padded frame `index` shows."""
        return self.first + mirror_index(index, self.count)


def check_clip(clip: CanvasClip) -> list[bool]:
    """Whether there is anything to fill, of every frame.

    Raises UsageError for a canvas that is no multiple of 16, Refused where nothing is to be
    removed.
    """
    width, height = clip.extent.width, clip.extent.height
    if width % _MULTIPLE or height % _MULTIPLE:
        nearest = [max(1, round(side / _MULTIPLE)) * _MULTIPLE for side in (width, height)]
        raise UsageError(
            f"a canvas of {width}x{height} is no multiple of {_MULTIPLE}",
            hint=f"use {nearest[0]}x{nearest[1]}",
        )
    mattes = [clip.quadmask(frame) for frame in range(len(clip))]
    if not any(remove_of(matte).any() for matte in mattes):
        raise Refused("nothing is to be removed", hint="paint a remove matte")
    return [bool(fill_of(matte).any()) for matte in mattes]


def check_fresh(filled: Sequence[bool], fresh: range | None) -> None:
    """Raise UsageError where `fresh` is not in the clip, or a fill lies outside of it."""
    if fresh is None:
        return
    if fresh.stop > len(filled):
        raise UsageError(
            f"frames {fresh.start} to {fresh.stop - 1} are to be made anew, and the clip has"
            f" {len(filled)}",
            hint=f"use frames 0 to {len(filled) - 1}",
        )
    for frame, has_fill in enumerate(filled):
        if has_fill and frame not in fresh:
            raise UsageError(
                f"frame {frame} has a fill and is not among those made anew",
                hint="give it the take's pixels and a quadmask that is all keep",
            )


def plate_frames(span: Span, noise: ReadFrames | None) -> ReadFrames:
    """The plate in -1..1; `noise` is added, weighted, except where a channel is black."""

    def read(begin: int, end: int) -> torch.Tensor:
        pixels = _stacked(
            _channels_first(span.clip.pixels(span.frame(index))) for index in range(begin, end)
        )
        plate = 2.0 * pixels - 1.0
        if noise is None:
            return plate
        added = noise(begin, end) * NOISE_SIGMA
        return plate + torch.where(plate == _BLACK, torch.zeros_like(added), added)

    return read


def mask_frames(span: Span, *, model_pass: int, frame0_rule: bool) -> ReadFrames:
    """The mask in 0..1, in three equal channels: 1 keep, 128/255 affected in pass 1, 0 remove."""
    shades = torch.zeros(256)
    shades[_KEPT] = 1.0
    shades[_AFFECTED] = 1.0 - torch.tensor(127 / 255)

    def frame(index: int) -> torch.Tensor:
        number = span.frame(index)
        view = model_view(
            span.clip.quadmask(number),
            frame=number - span.first,
            model_pass=model_pass,
            frame0_rule=frame0_rule,
            canvas=span.clip.extent,
        )
        return shades[torch.from_numpy(view.values).long()].expand(3, -1, -1)

    return lambda begin, end: _stacked(frame(index) for index in range(begin, end))


def noise_of(kind: Noise, seed: int, span: Span) -> ReadFrames:
    """Unit noise for the plate.

    OWN is drawn frame by frame, so that memory does not grow with the clip; REFERENCE is drawn at
    once and in the memory order of the research code (VOID_SPEC 9).
    """
    height, width = span.clip.extent.shape
    if kind is Noise.REFERENCE:
        order = torch.empty(1, span.padded, 3, height, width).permute(0, 2, 1, 3, 4)
        whole = order.normal_(generator=torch.Generator().manual_seed(seed))
        return lambda begin, end: whole[:, :, begin:end]

    def frame(index: int) -> torch.Tensor:
        mixed = int(digest_bytes(f"{seed} {index}".encode())[:15], 16)
        generator = torch.Generator().manual_seed(mixed)
        return torch.randn(3, height, width, generator=generator)

    return lambda begin, end: _stacked(frame(index) for index in range(begin, end))


def unit_pixels(
    pixels: np.ndarray[tuple[int, ...], np.dtype[np.unsignedinteger]],
) -> npt.NDArray[np.float32]:
    """Pixels of a clip as float32 in 0..1."""
    return (pixels.astype(np.float32) / np.float32(np.iinfo(pixels.dtype).max)).astype(np.float32)


def _channels_first(
    pixels: np.ndarray[tuple[int, ...], np.dtype[np.unsignedinteger]],
) -> torch.Tensor:
    return torch.from_numpy(unit_pixels(pixels)).permute(2, 0, 1)


def _stacked(frames: Iterable[torch.Tensor]) -> torch.Tensor:
    return torch.stack(list(frames), dim=1)[None]
