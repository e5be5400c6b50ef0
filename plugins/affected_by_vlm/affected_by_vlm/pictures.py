"""Frames as the model sees them: the remove matte in red, a numbered grid, the frame's number."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from void_studio.api import Grid, QuestionFrame, SentPicture

__all__ = ["drawn"]

_LONG_SIDE = 1024
_RED = np.array((255, 0, 0), np.float32)
_RED_SHARE = 0.55
_JPEG_QUALITY = 85
_FONT = cv2.FONT_HERSHEY_SIMPLEX

Picture = npt.NDArray[np.uint8]


def drawn(frame: QuestionFrame, grid: Grid) -> SentPicture:
    """The frame, at most 1024 samples long, as JPEG."""
    picture = _with_grid(_with_matte(frame), grid)
    _label(picture, f"frame {frame.frame}", (8, picture.shape[0] - 10))
    bgr = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
    _, jpeg = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    return SentPicture(frame.frame, jpeg.tobytes())


def _with_matte(frame: QuestionFrame) -> Picture:
    height, width = frame.remove.shape
    scale = min(1.0, _LONG_SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(frame.rgb, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    matte = cv2.resize(frame.remove.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    share = (matte * _RED_SHARE)[..., None]
    return np.rint(small + (_RED - small) * share).astype(np.uint8)


def _with_grid(picture: Picture, grid: Grid) -> Picture:
    height, width = picture.shape[:2]
    for row in range(grid.rows):
        y = row * height // grid.rows
        cv2.line(picture, (0, y), (width, y), (255, 255, 0), 1)
        _label(picture, f"r{row}", (2, y + 14))
    for column in range(grid.columns):
        x = column * width // grid.columns
        cv2.line(picture, (x, 0), (x, height), (255, 255, 0), 1)
        _label(picture, f"c{column}", (x + 24, 14))
    return picture


def _label(picture: Picture, text: str, at: tuple[int, int]) -> None:
    cv2.putText(picture, text, at, _FONT, 0.42, (0, 0, 0), 3, cv2.LINE_AA)
    cv2.putText(picture, text, at, _FONT, 0.42, (255, 255, 255), 1, cv2.LINE_AA)
