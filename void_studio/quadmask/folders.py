"""Writing a quadmask as a folder of PNG files."""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path

from void_studio.core import BadInput, Refused, new_id, sync_folder, write_whole
from void_studio.media import write_png
from void_studio.quadmask.sequence import Quadmask
from void_studio.quadmask.sidecar import FOLDER_RATE, Sidecar, encode_sidecar

__all__ = ["write_quadmask_folder"]


def write_quadmask_folder(
    folder: Path, quadmask: Quadmask, *, rate: Fraction = FOLDER_RATE
) -> None:
    """Write `frame.####.png` by plate frame, and `frames.json`; the folder appears whole.

    Raises Refused when something is at `folder` or it can not be written, BadInput for a quadmask
    without frames or with frames numbered below 0.
    """
    if not quadmask.range or quadmask.range.start < 0:
        raise BadInput(f"frames {quadmask.range} can not be numbered files", where=folder)
    if folder.exists():
        raise Refused("something is there already", where=folder, hint="choose another folder")
    temporary = folder.with_name(f".{folder.name}.{new_id('folder')}")
    try:
        temporary.mkdir(parents=True)
        for frame in quadmask.range:
            write_png(temporary / f"frame.{frame:04d}.png", quadmask.values(frame))
        sidecar = Sidecar(quadmask.range.start, rate)
        write_whole(temporary / "frames.json", encode_sidecar(sidecar))
        temporary.rename(folder)
        sync_folder(folder.parent)
    except OSError as error:
        raise Refused(
            f"can not write here: {error.strerror or error}",
            where=folder,
            hint="choose a folder that can be written and has room",
        ) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
