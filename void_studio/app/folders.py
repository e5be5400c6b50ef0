"""VOID's folder protocol: `input_video.mp4`, `quadmask_0.mp4`, `prompt.json {"bg": ...}`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from void_studio.app.fill import open_bare
from void_studio.core import BadInput, NotPresent, read_limited
from void_studio.media import PlateRef
from void_studio.quadmask import QuadmaskFile, read_quadmask

__all__ = ["PROMPT", "QUADMASK", "START", "VIDEO", "VoidFolder", "read_folder"]

VIDEO, QUADMASK, PROMPT, START = (
    "input_video.mp4",
    "quadmask_0.mp4",
    "prompt.json",
    "frames.json",
)
_QUADMASKS = (QUADMASK, "trimask_quadmask.mp4")
_LIMIT_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class VoidFolder:
    """A folder that was read and found to fit together.

    `quadmask.start` is the number of its first frame in the cut that it was exported from, when
    `frames.json` or a timecode tells; inside the folder frame 0 of one is frame 0 of the other.
    `notes` are lines for people.
    """

    folder: Path
    plate: PlateRef
    quadmask: QuadmaskFile
    prompt: str
    notes: tuple[str, ...]

    def facts(self) -> dict[str, Any]:
        """What `import-folder` prints of it."""
        return {
            "folder": str(self.folder),
            "plate": str(self.plate.location),
            "quadmask": str(self.quadmask.path),
            "prompt": self.prompt,
            "frames": len(self.plate.available_range),
            "start": self.quadmask.start,
            "width": self.plate.extent.width,
            "height": self.plate.extent.height,
            "off_values": self.quadmask.frames.off_values,
            "reading": self.quadmask.reading.value,
            "notes": list(self.notes),
        }


def read_folder(folder: Path) -> VoidFolder:
    """Read and check a folder.

    Raises NotPresent when movie or quadmask is missing, BadInput when they differ in size or
    length or the prompt can not be read.
    """
    if not folder.is_dir():
        raise NotPresent("no such folder", where=folder, hint="check the path")
    path = _quadmask_in(folder)
    plate = open_bare(folder / VIDEO)
    quadmask = read_quadmask(path, extent=plate.extent)
    frames, wanted = len(quadmask.frames.range), len(plate.available_range)
    if frames != wanted:
        raise BadInput(
            f"the quadmask has {frames} frames, the movie {wanted}",
            where=path,
            hint="they must have one length",
        )
    prompt = _prompt(folder)
    return VoidFolder(folder, plate, quadmask, prompt or "", _notes(folder, quadmask, prompt))


def _quadmask_in(folder: Path) -> Path:
    for name in _QUADMASKS:
        if (folder / name).is_file():
            return folder / name
    raise NotPresent("there is no quadmask in it", where=folder, hint=f"name it {QUADMASK}")


def _prompt(folder: Path) -> str | None:
    path = folder / PROMPT
    if not path.is_file():
        return None
    try:
        value = json.loads(read_limited(path, _LIMIT_BYTES))
    except (ValueError, RecursionError) as error:
        raise BadInput("it is not JSON", where=path, hint='write {"bg": "what remains"}') from error
    prompt = value.get("bg") if type(value) is dict else None
    if type(prompt) is not str:
        raise BadInput("it has no text under bg", where=path, hint='write {"bg": "what remains"}')
    return prompt


def _notes(folder: Path, quadmask: QuadmaskFile, prompt: str | None) -> tuple[str, ...]:
    notes = [] if prompt is not None else [f"there is no {PROMPT}: the prompt is empty"]
    others = sorted(
        path.name
        for pattern in ("quadmask_*.mp4", "mask*.mp4", "trimask_quadmask.mp4")
        for path in folder.glob(pattern)
        if path != quadmask.path
    )
    if others:
        notes.append(f"left alone: {', '.join(others)}; VOID's own scripts run once for each")
    if quadmask.frames.off_values:
        notes.append(f"{quadmask.frames.off_values} quadmask samples were snapped")
    return tuple(notes)
