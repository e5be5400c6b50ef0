"""A tiny cut, and a session on it, for tests of the studio without a window."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from void_studio.app.demo.cut import CutItem, resolve_timeline
from void_studio.app.demo.footage import FIRST_FRAME, RATE, write_movie
from void_studio.app.session import Level, Message, Places, Posted, Session, TaskView
from void_studio.core import Extent, FrameRange

__all__ = ["EXTENT", "FRAMES", "SOURCE", "Studio", "make_cut", "make_plate", "studio_in"]

EXTENT = Extent(96, 64)
FRAMES = FrameRange(FIRST_FRAME, 24)
SOURCE = FrameRange(FIRST_FRAME + 6, 10)


@dataclass
class Studio:
    """A session, the queue of its thread, and all that it said."""

    session: Session
    posted: Posted
    said: list[Message] = field(default_factory=list)

    def settle(self, timeout_s: float = 60) -> None:
        """Run until no task is left and every edit is in the file."""
        self.posted.drain(self._is_quiet, timeout_s)

    def open(self, path: Path) -> Session:
        """Open, and wait."""
        self.session.open(path)
        self.settle()
        return self.session

    def choose(self, index: int) -> Session:
        """Choose the shot with this place in the cut, and wait."""
        self.session.choose(self.session.shots[index].id)
        self.settle()
        return self.session

    @property
    def bad(self) -> list[str]:
        """Every error that was shown."""
        return [one.line() + one.details for one in self.said if one.level is Level.ERROR]

    def running(self) -> tuple[TaskView, ...]:
        """Tasks under way."""
        return self.session.tasks.running()

    def _is_quiet(self) -> bool:
        return not self.running() and not self.session.save_state.pending


@contextmanager
def studio_in(folder: Path) -> Iterator[Studio]:
    """A studio whose state is in `folder`, closed at the end."""
    posted = Posted()
    studio = Studio(Session(Places(folder), post=posted), posted)
    studio.session.message.connect(studio.said.append)
    try:
        yield studio
    finally:
        studio.session.close()


def make_plate(path: Path, extent: Extent = EXTENT, frames: FrameRange = FRAMES) -> Path:
    """A small movie; a bright square moves over a ramp."""

    def render(index: int) -> npt.NDArray[np.uint16]:
        rgb = np.zeros((*extent.shape, 3), np.uint16)
        rgb[..., 0] = np.linspace(5000, 40000, extent.width, dtype=np.uint16)
        rgb[10:20, 5 + index : 15 + index] = 60000
        return rgb

    write_movie(path, render, extent, frames.duration, first_frame=frames.start)
    return path


def make_cut(folder: Path) -> Path:
    """A timeline with a plate used twice, and a shot whose media is not there."""
    plate = make_plate(folder / "plate.mov").resolve()
    items = [
        CutItem(plate, FRAMES, SOURCE),
        CutItem(plate, FRAMES, FRAMES.widened(0, -20)),
        CutItem(folder.resolve() / "gone.mov", FRAMES, SOURCE),
    ]
    cut = folder / "cut.otio"
    cut.write_bytes(resolve_timeline(items, RATE, FIRST_FRAME))
    return cut
