"""The contact sheet: plate, overlay, result, truth and difference, a row per moment."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from void_studio.core import Extent
from void_studio.media import resize, write_png
from void_studio.quadmask import affected_of, remove_of

__all__ = ["SheetRow", "write_sheet"]

Picture = npt.NDArray[np.uint8]

_CELL = Extent(480, 270)
_GAP, _HEAD = 6, 30
_TITLES = ("plate", "overlay", "result", "truth", "difference x 8")
_REMOVE, _AFFECTED = (235, 64, 52), (52, 152, 235)
_INK, _PAPER = (200, 200, 200), 34


class SheetRow:
    """One moment; `plate`, `result` and `truth` are RGB uint16 of one size."""

    def __init__(
        self,
        label: str,
        plate: npt.NDArray[np.uint16],
        quadmask: npt.NDArray[np.uint8],
        result: npt.NDArray[np.uint16],
        truth: npt.NDArray[np.uint16],
    ) -> None:
        self.label = label
        small, done, wanted = (_small(rgb) for rgb in (plate, result, truth))
        apart = np.abs(done.astype(np.int16) - wanted.astype(np.int16)) * 8
        difference = np.minimum(apart, 255).astype(np.uint8)
        self.cells = (small, _overlaid(small, quadmask), done, wanted, difference)


def write_sheet(path: Path, rows: Sequence[SheetRow]) -> None:
    """Write the sheet as a PNG; the first row of labels names the columns."""
    width = len(_TITLES) * (_CELL.width + _GAP) + _GAP
    height = _HEAD + len(rows) * (_CELL.height + _HEAD) + _GAP
    sheet = np.full((height, width, 3), _PAPER, np.uint8)
    for column, title in enumerate(_TITLES):
        _write(sheet, title, _left(column), 20)
    for index, row in enumerate(rows):
        top = _HEAD + index * (_CELL.height + _HEAD)
        for column, cell in enumerate(row.cells):
            left = _left(column)
            sheet[top : top + _CELL.height, left : left + _CELL.width] = cell
        _write(sheet, row.label, _GAP, top + _CELL.height + 18)
    write_png(path, sheet)


def _left(column: int) -> int:
    return _GAP + column * (_CELL.width + _GAP)


def _small(rgb: npt.NDArray[np.uint16]) -> Picture:
    return np.right_shift(resize(rgb, _CELL), 8).astype(np.uint8)


def _overlaid(picture: Picture, quadmask: npt.NDArray[np.uint8]) -> Picture:
    tinted = picture.astype(np.float32)
    layers = ((affected_of(quadmask), _AFFECTED), (remove_of(quadmask), _REMOVE))
    for matte, ink in layers:
        share = resize(matte.astype(np.uint8) * 255, _CELL)[..., None] / np.float32(255 * 2)
        tinted += (np.array(ink, np.float32) - tinted) * share
    return np.rint(tinted).astype(np.uint8)


def _write(sheet: Picture, text: str, x: int, y: int) -> None:
    cv2.putText(sheet, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, 0.5, _INK, 1, cv2.LINE_AA)
