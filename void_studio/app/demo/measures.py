"""The demo's figures, computed from the files that it leaves behind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from void_studio.app.tally import PictureTally, around
from void_studio.core import FrameRange
from void_studio.media import open_plate, rgb_of
from void_studio.quadmask import Quadmask, fill_of

__all__ = ["FillFigures", "measure_fill", "telea"]

_TELEA_RADIUS = 5
_TELEA_EVERY = 4

Picture = npt.NDArray[np.uint16]
Matte = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class FillFigures:
    """PSNR in dB and SSIM in the hole, of the fill on all frames, of TELEA on every 4th."""

    psnr_fill_db: float
    ssim_fill: float
    psnr_telea_db: float
    ssim_telea: float


def measure_fill(plate: Path, result: Path, truth: Path, quadmask: Quadmask) -> FillFigures:
    """Compare result and per-frame TELEA with the truth inside the fill region."""
    filled, inpainted = PictureTally(), PictureTally()
    for moment in _moments(plate, result, truth, quadmask):
        filled.add(moment.result, moment.truth, moment.hole)
        if moment.index % _TELEA_EVERY == 0:
            inpainted.add(telea(moment.plate, moment.hole), moment.truth, moment.hole)
    return FillFigures(filled.psnr_db, filled.ssim, inpainted.psnr_db, inpainted.ssim)


def telea(rgb: Picture, hole: Matte) -> Picture:
    """What a frame alone gives: OpenCV's TELEA inpainting of the hole, at 8 bits."""
    picture = np.rint(rgb / 257).astype(np.uint8)
    filled = cv2.inpaint(picture, hole.astype(np.uint8), _TELEA_RADIUS, cv2.INPAINT_TELEA)
    return filled.astype(np.uint16) * 257


@dataclass(frozen=True, slots=True, eq=False)
class _Moment:
    index: int
    plate: Picture
    result: Picture
    truth: Picture
    hole: Matte


def _moments(plate: Path, result: Path, truth: Path, quadmask: Quadmask) -> Iterator[_Moment]:
    with (
        closing(open_plate(plate, sequential=True)) as before,
        closing(open_plate(result, sequential=True)) as after,
        closing(open_plate(truth, sequential=True)) as wanted,
    ):
        for index, number in enumerate(_painted(quadmask)):
            hole = fill_of(quadmask.values(number))
            at = around(hole)
            yield _Moment(
                index,
                rgb_of(before.read(number), at),
                rgb_of(after.read(number), at),
                rgb_of(wanted.read(number), at),
                hole[at.slices],
            )


def _painted(quadmask: Quadmask) -> Iterator[int]:
    frames: FrameRange = quadmask.range
    return (number for number in frames if fill_of(quadmask.values(number)).any())
