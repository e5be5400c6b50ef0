"""A small picture of every shot of the cut, made in the background and kept."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from psygnal import Signal

from void_studio.app.session.tasks import Task, TaskContext
from void_studio.core import StudioError, digest_json, write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from void_studio.app.session.session import Session
    from void_studio.timeline import Shot, Timeline

__all__ = ["ShotPictures"]

Pixels = npt.NDArray[np.uint8]


class ShotPictures:
    """Of the session's thread; `made` carries the id of a shot whose picture is there."""

    made = Signal(str)

    def __init__(self, session: Session) -> None:
        self._session = session
        self._pictures: dict[str, Pixels] = {}
        self._task: Task[None] | None = None
        session.opened.connect(self._forget)

    def picture(self, shot_id: str) -> Pixels | None:
        """uint8 (height, width, 4), B G R 255; None while there is none."""
        return self._pictures.get(shot_id)

    def want(self, shot_ids: Sequence[str]) -> None:
        """Make what is missing of these, in order; an earlier wish is dropped."""
        session = self._session
        timeline = session.timeline
        missing = [shot_id for shot_id in shot_ids if shot_id not in self._pictures]
        if self._task is not None:
            self._task.cancel()
        if timeline is None or not missing:
            return
        folder = session.places.proxies / "shots"
        self._task = session.tasks.start(
            "make shot pictures",
            lambda context: self._make(timeline, missing, folder, context),
            failed=lambda _: None,
        )

    def _make(
        self, timeline: Timeline, shot_ids: Sequence[str], folder: Path, context: TaskContext
    ) -> None:
        for shot_id in shot_ids:
            context.check()
            try:
                pixels = _picture(timeline, timeline.shot(shot_id), folder)
            except StudioError:
                continue  # the shot's own row says what is the matter with it
            self._session.post(partial(self._take, shot_id, pixels))

    def _take(self, shot_id: str, pixels: Pixels) -> None:
        self._pictures[shot_id] = pixels
        self.made.emit(shot_id)

    def _forget(self) -> None:
        self._pictures.clear()


def _picture(timeline: Timeline, shot: Shot, folder: Path) -> Pixels:
    from void_studio.app.session.thumbnails import picture_of_frame
    from void_studio.app.shots import plate_of
    from void_studio.media import decode_picture, reopen_plate
    from void_studio.versions import fingerprint_of

    placed = plate_of(timeline, shot, handles=0)
    key = digest_json(
        {"plate": str(fingerprint_of(placed.plate.location)), "frame": placed.source.start}
    )
    kept = folder / f"{key[:32]}.jpg"
    if kept.is_file():
        return decode_picture(kept.read_bytes())
    with closing(reopen_plate(placed.plate)) as reader:
        made = picture_of_frame(reader.read(placed.source.start).rgb())
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(kept, made)
    return decode_picture(made)
