"""What `void-studio quadmask` does: files of mattes to quadmasks and back, checks, model view."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from void_studio.app.guards import drift, guard_facts, suspects, warnings_of
from void_studio.core import BadInput, Extent, FrameRange, Timecode, UsageError
from void_studio.engine.void.plan import CANVAS, model_view
from void_studio.media import PlateRef, is_sequence, probe_plate
from void_studio.quadmask import (
    Quadmask,
    QuadmaskFile,
    affected_of,
    check_quadmask,
    pack,
    read_matte,
    read_quadmask,
    remove_of,
    write_matte,
    write_quadmask,
)

__all__ = ["check_file", "pack_files", "unpack_file", "write_model_view"]

_ANY_RATE = Fraction(24)


def pack_files(remove: Path | None, affected: Path | None, out: Path) -> dict[str, Any]:
    """Pack one or two black-and-white mattes of one size and length; samples >= 128 are set."""
    given = [path for path in (remove, affected) if path is not None]
    if not given:
        raise UsageError("nothing to pack", hint="give --remove MATTE, --affected MATTE or both")
    files = {path: read_matte(path) for path in given}
    first = files[given[0]]
    for path, file in files.items():
        if (file.extent, len(file)) != (first.extent, len(first)):
            raise BadInput(
                f"{file.extent}, {len(file)} frames, does not fit {first.extent}, {len(first)}",
                where=path,
                hint="both mattes must have one size and length",
            )
    nothing = np.zeros(first.extent.shape, np.bool_)

    def values() -> Iterator[npt.NDArray[np.uint8]]:
        for index in range(len(first)):
            gone = files[remove].matte(index) if remove else nothing
            touched = files[affected].matte(index) if affected else nothing
            yield pack(gone, touched)

    quadmask = Quadmask.of(first.start or 0, first.extent, values())
    write_quadmask(out, quadmask, rate=first.rate, start_timecode=first.start_timecode)
    return {"out": str(out), "frames": len(first), "start": first.start}


def unpack_file(path: Path, remove: Path | None, affected: Path | None) -> dict[str, Any]:
    """Write one or both layers as black-and-white mattes."""
    if remove is None and affected is None:
        raise UsageError("nothing to write", hint="give --remove OUT, --affected OUT or both")
    file = read_quadmask(path)
    written = []
    for out, layer in ((remove, remove_of), (affected, affected_of)):
        if out is not None:
            mattes = (layer(file.frames.values(frame)) for frame in file.frames.range)
            write_matte(
                out,
                mattes,
                extent=file.frames.extent,
                rate=file.rate,
                start_timecode=_timecode(file),
            )
            written.append(str(out))
    return {
        "written": written,
        "frames": len(file.frames.range),
        "off_values": file.frames.off_values,
    }


def _extent_of(plate: Path) -> Extent:
    """The size of a plate; of a sequence that tells no rate as well, since none is needed."""
    return probe_plate(plate, rate=_ANY_RATE if is_sequence(plate) else None).extent


def check_file(
    path: Path, plate: Path | None, *, suggestion: Path | None = None, flow: bool = False
) -> dict[str, Any]:
    """Facts of a quadmask; `ok` is false for off values, forgotten frames or an empty fill.

    `suggestion` is a file of `suggest-affected`; `flow` also follows the motion of the plate.
    """
    if flow and plate is None:
        raise UsageError("--flow needs a plate", hint="name it with --plate")
    extent = _extent_of(plate) if plate is not None else None
    file = read_quadmask(path, extent=extent)
    report = check_quadmask(file)
    ok = not (report.off_values or report.suspicious_frames) and (
        len(report.empty_frames) < report.frames
    )
    return {
        "ok": ok,
        "frames": report.frames,
        "start": file.start,
        "width": report.extent.width,
        "height": report.extent.height,
        "counts": {str(value): count for value, count in report.counts.items()},
        "off_values": report.off_values,
        "empty_frames": list(report.empty_frames),
        "suspicious_frames": list(report.suspicious_frames),
        "affected_in_frame_0": report.affected_in_frame_0,
        "digest": file.frames.digest,
        **_guarded(file, plate if flow else None, suggestion),
    }


def _guarded(file: QuadmaskFile, plate: Path | None, suggestion: Path | None) -> dict[str, Any]:
    """Drift, suspects and warnings; frames count from 0."""
    if plate is None:
        drifts = drift(file.frames)
    else:
        ref = probe_plate(plate, rate=_ANY_RATE if is_sequence(plate) else None)
        placed = file.frames.renumbered(_first_in(file, ref))
        at = placed.range.start
        drifts = tuple(replace(d, frame=d.frame - at) for d in drift(placed, plate=ref))
    other = _suggested(file, suggestion) if suggestion is not None else None
    return guard_facts(drifts, suspects(drifts), warnings_of(file.frames, suggestion=other))


def _first_in(file: QuadmaskFile, plate: PlateRef) -> int:
    """The plate's number of the first frame. Raises BadInput when the plate lacks some."""
    start = plate.available_range.start if file.start is None else file.start
    if not plate.available_range.covers(FrameRange(start, len(file.frames.range))):
        raise BadInput(
            f"the plate has frames {plate.available_range}, the quadmask begins at {start}",
            where=file.path,
            hint="name the plate that it was made for, or leave --flow out",
        )
    return start


def _suggested(file: QuadmaskFile, suggestion: Path) -> Quadmask:
    """The suggestion, numbered as `file`."""
    other = read_quadmask(suggestion, extent=file.frames.extent)
    both = file.start is not None and other.start is not None
    return other.frames.renumbered((other.start or 0) - (file.start or 0) if both else 0)


def write_model_view(
    path: Path, out: Path, *, model_pass: int, frame0_rule: bool
) -> dict[str, Any]:
    """Write the model's view of a quadmask as a lossless grey movie at canvas size."""
    file = read_quadmask(path)
    counts = {"collapsed": 0, "cleared": 0, "binarised": 0}

    def views() -> Iterator[npt.NDArray[np.uint8]]:
        for index in file.frames.range:
            view = model_view(
                file.frames.values(index),
                frame=index,
                model_pass=model_pass,
                frame0_rule=frame0_rule,
            )
            counts["collapsed"] += view.collapsed
            counts["cleared"] += view.cleared
            counts["binarised"] += view.binarised
            yield view.values

    seen = Quadmask.of(0, CANVAS, views())
    write_quadmask(out, seen, rate=file.rate, start_timecode=_timecode(file))
    return {
        "out": str(out),
        "frames": len(seen.range),
        "canvas": str(CANVAS),
        "pass": model_pass,
        "frame0_rule": frame0_rule,
        **counts,
    }


def _timecode(file: QuadmaskFile) -> Timecode | None:
    return Timecode(file.start, file.rate) if file.start is not None else None
