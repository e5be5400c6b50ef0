"""`export-folder`: a plate and its quadmask as the folder that VOID's own scripts read."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from void_studio.app.appearing import appearing_folder
from void_studio.app.fill import open_bare
from void_studio.app.folders import PROMPT, QUADMASK, START, VIDEO
from void_studio.app.progress import Reporter, Stages, raise_if
from void_studio.app.shots import plate_of
from void_studio.core import FrameRange, Refused, write_whole
from void_studio.media import (
    ColourTags,
    Frame,
    PlateRef,
    colour_of,
    is_exchange_exact,
    layout_of,
    open_exchange,
    reopen_plate,
)
from void_studio.quadmask import Quadmask, place_quadmask, read_quadmask
from void_studio.timeline import read_timeline

__all__ = ["ExportRequest", "export_folder"]

_GREY = layout_of("yuv444p")
_LIMITED = ColourTags(range=1)
_NEUTRAL = 128


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What to export: a plate, or with `shot` a timeline; `handles` are for shots only.

    `rate` is that of an image sequence, or an EDL, which does not tell its own.
    """

    source: Path
    shot: str | None
    quadmask: Path
    prompt: str
    out: Path
    handles: int = 8
    media_root: Path | None = None
    rate: Fraction | None = None


def export_folder(
    wanted: ExportRequest, *, reporter: Reporter, cancelled: Callable[[], bool]
) -> dict[str, Any]:
    """Write the folder, which appears whole; both movies are lossless H.264.

    Raises Refused when there is something at `out`, or when the quadmask misses shown frames.
    """
    with appearing_folder(wanted.out) as staged:
        plate, quadmask, offset, off_values = _found(wanted)
        if plate.variable_rate:
            reporter.note(f"the plate's rate varies; frames go out at its average, {plate.rate}")
        _write_plate(staged / VIDEO, plate, quadmask.range, Stages(reporter), cancelled)
        _write_quadmask(staged / QUADMASK, plate, quadmask)
        write_whole(staged / PROMPT, _json({"bg": wanted.prompt}))
        write_whole(staged / START, _json({"start": quadmask.range.start + offset}))
    return {
        "out": str(wanted.out),
        "frames": len(quadmask.range),
        "start": quadmask.range.start + offset,
        "exact": is_exchange_exact(plate),
        "off_values": off_values,
        "written": [VIDEO, QUADMASK, PROMPT, START],
    }


def _found(wanted: ExportRequest) -> tuple[PlateRef, Quadmask, int, int]:
    """The plate, the quadmask over the frames to export, and the shift to the cut's numbering."""
    if wanted.shot is None:
        plate = open_bare(wanted.source, rate=wanted.rate)
        source = work = plate.available_range
        offset = 0
    else:
        timeline = read_timeline(wanted.source, media_root=wanted.media_root, rate=wanted.rate)
        shot = plate_of(timeline, timeline.shot(wanted.shot), handles=wanted.handles)
        plate, source, work, offset = shot.plate, shot.source, shot.work, shot.numbering_offset
    file = read_quadmask(wanted.quadmask, extent=plate.extent)
    placed = place_quadmask(file, work=work, source=source, plate=plate.available_range).quadmask
    shown = placed.range.intersect(work)
    if not shown.covers(source):
        raise Refused(
            f"the quadmask has frames {placed.range}, and {source} are shown",
            where=wanted.quadmask,
            hint="make one that covers every frame that is shown",
        )
    return plate, placed.over(shown), offset, file.frames.off_values


def _write_plate(
    path: Path,
    plate: PlateRef,
    frames: FrameRange,
    stages: Stages,
    cancelled: Callable[[], bool],
) -> None:
    with (
        stages.stage("plate") as step,
        closing(reopen_plate(plate, sequential=True)) as reader,
        open_exchange(path, plate, first_frame=frames.start) as writer,
    ):
        for done, number in enumerate(frames, 1):
            raise_if(cancelled)
            writer.write(reader.read(number))
            step(done, len(frames))
        writer.finish()


def _write_quadmask(path: Path, plate: PlateRef, quadmask: Quadmask) -> None:
    """Grey in 4:4:4 at video levels, which every reader turns back into the four numbers."""
    ref = replace(plate, layout=_GREY, colour=_LIMITED, pixel_aspect=Fraction(1), rotation=0)
    colour = colour_of(ref.colour, ref.layout, ref.extent, ref.rate)
    neutral = np.full(plate.extent.shape, _NEUTRAL, np.uint8)
    with open_exchange(path, ref, first_frame=quadmask.range.start) as writer:
        for number in quadmask.range:
            luma = _video_levels(quadmask.values(number))
            planes = (luma, neutral, neutral)
            writer.write(Frame(number, ref.extent, _GREY, colour, planes))
        writer.finish()


def _video_levels(values: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """0..255 as 16..235 (ITU-R BT.601, 8 bits)."""
    table = np.rint(16 + np.arange(256) * (219 / 255)).astype(np.uint8)
    return np.take(table, values)


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"
