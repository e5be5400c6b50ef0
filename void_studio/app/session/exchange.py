"""Quadmasks of other programs into the open shot, and out of it. Blocks; for tasks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from void_studio.app.painted_layers import PaintedLayer, painted_layers
from void_studio.app.session.tasks import TaskContext
from void_studio.app.session.values import Level, Message
from void_studio.core import FrameRange, NotPresent, Refused, UsageError, write_whole
from void_studio.media import PlateRef
from void_studio.quadmask import (
    QuadmaskSnapshot,
    place_quadmask,
    read_quadmask,
    write_quadmask,
)

__all__ = ["Imported", "import_layers", "write_export"]

_FOLDER_QUADMASKS = ("quadmask_0.mp4", "trimask_quadmask.mp4")


@dataclass(frozen=True, slots=True)
class Imported:
    """Layers of a quadmask in plate numbering; `covers` says what decided their place."""

    layers: tuple[PaintedLayer, ...]
    frames: FrameRange
    covers: str
    off_values: int

    def message(self, path: Path) -> Message:
        """What to say of it."""
        what = f"imported frames {self.frames}, placed by {self.covers}"
        if self.off_values:
            what += f"; {self.off_values} samples were snapped"
        return Message(Level.WARN if self.off_values else Level.INFO, what, str(path))


def import_layers(
    path: Path,
    plate: PlateRef,
    *,
    source: FrameRange,
    work: FrameRange,
    first_frame: int | None,
    context: TaskContext,
) -> Imported:
    """Read a movie, a folder of PNGs or a VOID folder; `first_frame` places it where given.

    Raises BadInput when it does not fit the plate, Refused when it has no frame of it.
    """
    context.progress("read", 0, 1)
    file = read_quadmask(_file_in(path), extent=plate.extent)
    if first_frame is None:
        placed = place_quadmask(file, work=work, source=source, plate=plate.available_range)
        quadmask, covers = placed.quadmask, placed.covers.value
    else:
        quadmask, covers = file.frames.renumbered(first_frame), "the first frame that was named"
    shown = quadmask.range.intersect(plate.available_range)
    if not shown:
        raise Refused(
            f"its frames {quadmask.range} are none of the plate's {plate.available_range}",
            where=path,
            hint="name another first frame",
        )
    context.check()
    layers = painted_layers(
        quadmask.over(shown), step=lambda done, total: context.progress("layers", done, total)
    )
    return Imported(layers, shown, covers, quadmask.off_values)


def write_export(
    path: Path, snapshot: QuadmaskSnapshot, frames: FrameRange, plate: PlateRef
) -> None:
    """Write the quadmask over `frames` as lossless grey, with the number of its first frame."""
    if path.suffix.lower() != ".mkv":
        raise UsageError("a quadmask is written as .mkv", where=path, hint="name it so")
    quadmask = snapshot.pack(frames)
    write_quadmask(path, quadmask, rate=plate.rate, start_timecode=None, like=plate)
    start = json.dumps({"start": frames.start}).encode()
    write_whole(path.with_name(f"{path.stem}.frames.json"), start)


def _file_in(path: Path) -> Path:
    if not path.exists():
        raise NotPresent("there is nothing at this path", where=path, hint="check the path")
    inside = [path / name for name in _FOLDER_QUADMASKS if (path / name).is_file()]
    return inside[0] if inside else path
