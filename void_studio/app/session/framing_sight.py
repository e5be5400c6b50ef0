"""Where the engine's canvas would lie on the open shot's plate, worked out in the background."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from psygnal import Signal

from void_studio.app.session.shot import OpenShot
from void_studio.app.session.tasks import TaskContext, Tasks
from void_studio.app.session.values import FramingChoice
from void_studio.core import Extent, FrameRange
from void_studio.quadmask import QuadmaskSnapshot

if TYPE_CHECKING:
    from void_studio.finish import Framing

__all__ = ["FramingSight"]


@dataclass(frozen=True, slots=True)
class _Terms:
    """What a framing depends on beside the mattes."""

    canvas: Extent
    work: FrameRange
    choice: FramingChoice
    feather: float


class FramingSight:
    """Works out the framing of a shot's next render; of the session's thread.

    `framing` is the newest that is known: None for engines that work at the plate's size, and while
    there is nothing to fill. `changed` tells that it is another.
    """

    changed = Signal()

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks
        self._running = False
        self._wanted: tuple[OpenShot, _Terms] | None = None
        self.framing: Framing | None = None

    def look(self, shot: OpenShot | None, canvas: Extent | None) -> None:
        """Work out the framing for a `canvas`; while one is worked out the newest call waits."""
        self._wanted = None
        if shot is None or canvas is None:
            self._show(None)
            return
        settings = shot.settings
        terms = _Terms(canvas, shot.work, settings.framing, settings.feather)
        self._wanted = (shot, terms)
        if not self._running:
            self._begin()

    def _begin(self) -> None:
        if self._wanted is None:
            return
        (shot, terms), asked = self._wanted, self._wanted
        snapshot = shot.document.snapshot()
        self._running = True

        def done(framing: Framing | None) -> None:
            self._running = False
            if self._wanted is asked:
                self._show(framing)
            else:
                self._begin()

        self._tasks.start(
            "work out the framing",
            lambda context: _framing(snapshot, terms, context),
            done=done,
            failed=lambda _: done(None),
        )

    def _show(self, framing: Framing | None) -> None:
        if framing != self.framing:
            self.framing = framing
            self.changed.emit()


def _framing(snapshot: QuadmaskSnapshot, terms: _Terms, context: TaskContext) -> Framing | None:
    from void_studio.app.framing import canvas_framing, fill_bounds
    from void_studio.finish import FramingMode

    context.check()
    frames = (frame for frame in terms.work if not snapshot.is_empty(frame))
    bounds = fill_bounds(map(snapshot.values, frames), snapshot.extent, terms.feather)
    if not bounds.area:
        return None
    mode = FramingMode(terms.choice.value)
    return canvas_framing(snapshot.extent, bounds, terms.canvas, mode)
