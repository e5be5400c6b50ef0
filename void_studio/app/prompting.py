"""Prompts as a person writes them on the command line, in plate pixels and the cut's numbering."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import numpy as np
import numpy.typing as npt

from void_studio.app.shots import ShotPlate
from void_studio.assist import Box, Click, MattePrompt, Prompt
from void_studio.core import BadInput, FrameRange, Rect, UsageError
from void_studio.quadmask import KEEP, affected_of, read_matte, read_quadmask, remove_of

__all__ = [
    "LayerPrompt",
    "parse_box",
    "parse_click",
    "parse_frames",
    "parse_lasso",
    "parse_lock",
    "parse_matte",
]

_LAYER = re.compile(r"(?:(remove|affected)(\d{0,4}):)?(.+)", re.DOTALL)
_NUMBER = r"(\d{1,6}(?:\.\d{1,6})?)"
_CLICK = re.compile(rf"(-?){_NUMBER},{_NUMBER}@(\d{{1,9}})")
_BOX = re.compile(rf"{_NUMBER},{_NUMBER},{_NUMBER},{_NUMBER}@(\d{{1,9}})")
_LASSO = re.compile(rf"((?:{_NUMBER},{_NUMBER}\s+){{2,}}{_NUMBER},{_NUMBER})@(\d{{1,9}})")
_FILE = re.compile(r"(.+)@(\d{1,9})(?:-(\d{1,9}))?")


@dataclass(frozen=True, slots=True)
class LayerPrompt:
    """A prompt for a layer, such as "remove" or "affected2"."""

    layer: str
    prompt: Prompt


def parse_click(text: str, shot: ShotPlate, role: str = "remove") -> LayerPrompt:
    """Read [LAYER:][-]X,Y@FRAME; a minus says that the point is off the object.

    Raises UsageError for another form, a point off the plate or a frame out of the work range.
    """
    layer, rest = _layer(text, role)
    match = _CLICK.fullmatch(rest)
    if not match:
        raise UsageError(f"click {text!r}", hint="write X,Y@FRAME, such as 960,540@86424")
    frame = _frame(match[4], text, shot)
    x, y = float(match[2]), float(match[3])
    _check_inside(x, y, text, shot)
    return LayerPrompt(layer, Click(frame, x, y, positive=not match[1]))


def parse_box(text: str, shot: ShotPlate, role: str = "remove") -> LayerPrompt:
    """Read [LAYER:]X,Y,WIDTH,HEIGHT@FRAME. Raises UsageError as `parse_click`."""
    layer, rest = _layer(text, role)
    match = _BOX.fullmatch(rest)
    if not match:
        raise UsageError(f"box {text!r}", hint="write X,Y,WIDTH,HEIGHT@FRAME")
    x, y, width, height = (float(match[index]) for index in range(1, 5))
    return _boxed(layer, x, y, x + width, y + height, _frame(match[5], text, shot), text, shot)


def parse_lasso(text: str, shot: ShotPlate, role: str = "remove") -> LayerPrompt:
    """Read [LAYER:]"X,Y X,Y X,Y ...@FRAME"; it means the box around it."""
    layer, rest = _layer(text, role)
    match = _LASSO.fullmatch(rest)
    if not match:
        raise UsageError(f"lasso {text!r}", hint='write "X,Y X,Y X,Y@FRAME"')
    points = [tuple(map(float, point.split(","))) for point in match[1].split()]
    across, down = [point[0] for point in points], [point[1] for point in points]
    frame = _frame(match[match.lastindex or 1], text, shot)
    return _boxed(layer, min(across), min(down), max(across), max(down), frame, text, shot)


def parse_matte(text: str, shot: ShotPlate, role: str = "remove") -> LayerPrompt:
    """Read [LAYER:]FILE@FRAME: a painted matte for the frame, white on the object.

    FILE is a movie or folder of PNGs of the plate's size, of one frame or of the work range, and
    may be a quadmask, of which the layer's role is taken. Raises UsageError for an empty matte.
    """
    layer, rest = _layer(text, role)
    match = _FILE.fullmatch(rest)
    if not match or match[3]:
        raise UsageError(f"matte {text!r}", hint="write FILE@FRAME, such as object.mkv@86424")
    frame = _frame(match[2], text, shot)
    path = Path(match[1])
    file = read_matte(path)
    if file.extent != shot.plate.extent:
        raise BadInput(f"the matte is {file.extent}, the plate {shot.plate.extent}", where=path)
    index = 0 if len(file) == 1 else frame - shot.work.start
    if not 0 <= index < len(file):
        raise BadInput(
            f"the matte has {len(file)} frames, the work range {len(shot.work)}", where=path
        )
    matte = file.matte(index)
    if not matte.any():
        raise UsageError(f"the matte for frame {match[2]} is empty", where=path)
    return LayerPrompt(layer, MattePrompt(frame, matte))


def parse_lock(text: str, shot: ShotPlate) -> list[tuple[str, MattePrompt]]:
    """Read QUADMASK[@FIRST-LAST]: its painted frames are kept as they are, and followed.

    The quadmask is of the work range; each role that is painted in it is a layer.
    """
    match = _FILE.fullmatch(text)
    path = Path(match[1] if match else text)
    file = read_quadmask(path)
    quadmask = file.frames.renumbered(shot.work.start)
    if quadmask.extent != shot.plate.extent or len(quadmask.range) != len(shot.work):
        raise BadInput(
            f"the quadmask is {quadmask.extent}, {len(quadmask.range)} frames; the work range is"
            f" {shot.plate.extent}, {len(shot.work)} frames",
            where=path,
        )
    wanted = shot.work
    if match:
        wanted = parse_frames(f"{match[2]}-{match[3] or match[2]}", shot).intersect(wanted)
    painted: dict[int, dict[str, npt.NDArray[np.bool_]]] = {}
    for frame in wanted:
        values = quadmask.values(frame)
        if (values != KEEP).any():
            painted[frame] = {"remove": remove_of(values), "affected": affected_of(values)}
    layers = [
        name
        for name in ("remove", "affected")
        if any(mattes[name].any() for mattes in painted.values())
    ]
    if not layers:
        raise UsageError("nothing is painted in the frames to be kept", where=path)
    return [
        (layer, MattePrompt(frame, mattes[layer]))
        for frame, mattes in painted.items()
        for layer in layers
    ]


def parse_frames(text: str, shot: ShotPlate) -> FrameRange:
    """Read FIRST-LAST, or FRAME for one, in the cut's numbering; inside the work range."""
    match = re.fullmatch(r"(\d{1,9})(?:-(\d{1,9}))?", text.strip())
    if not match or int(match[2] or match[1]) < int(match[1]):
        raise UsageError(f"frames {text!r}", hint="write FIRST-LAST, such as 86401-86424")
    first, last = _frame(match[1], text, shot), _frame(match[2] or match[1], text, shot)
    return FrameRange.of(first, last)


def _layer(text: str, role: str) -> tuple[str, str]:
    match = _LAYER.fullmatch(text.strip())
    if not match:
        return role, ""
    return (f"{match[1]}{match[2]}" if match[1] else role), match[3]


def _frame(text: str, whole: str, shot: ShotPlate) -> int:
    frame = int(text) - shot.numbering_offset
    if frame not in shot.work:
        work = shot.work.shifted(shot.numbering_offset)
        raise UsageError(f"{whole} is outside of the shot's work range {work}")
    return frame


def _check_inside(x: float, y: float, text: str, shot: ShotPlate) -> None:
    extent = shot.plate.extent
    if x >= extent.width or y >= extent.height:
        raise UsageError(f"click {text} is outside of the plate, {extent}")


def _boxed(
    layer: str,
    left: float,
    top: float,
    right: float,
    bottom: float,
    frame: int,
    text: str,
    shot: ShotPlate,
) -> LayerPrompt:
    rect = Rect.of(int(left), int(top), ceil(right), ceil(bottom)).intersect(shot.plate.extent.rect)
    if not rect.area:
        raise UsageError(f"{text} holds nothing of the plate, {shot.plate.extent}")
    return LayerPrompt(layer, Box(frame, rect))
