"""What VOID would see of the frame that is shown, worked out in the background."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from psygnal import Signal

from void_studio.app.session.shot import OpenShot
from void_studio.app.session.tasks import Tasks
from void_studio.quadmask import QuadmaskSnapshot

__all__ = ["ModelSight", "Sight"]


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """The model's view of `frame` (plate numbering), the whole plate on the canvas.

    `pixels` is uint8 (height, width, 4) of the canvas, B G R 255: white keeps, grey is affected,
    black is removed. The counts are of canvas samples, as `ModelView` has them.
    """

    frame: int
    pixels: npt.NDArray[np.uint8] = field(repr=False)
    collapsed: int
    cleared: int
    binarised: int


class ModelSight:
    """Works out one frame at a time; of the session's thread. `seen` carries a Sight."""

    seen = Signal(Sight)

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks
        self._running = False
        self._next: tuple[OpenShot, int, int] | None = None

    def look(self, shot: OpenShot, frame: int, *, model_pass: int = 1) -> None:
        """Work out a frame; while one is worked out only the newest call waits."""
        self._next = (shot, frame, model_pass)
        if not self._running:
            self._begin()

    def _begin(self) -> None:
        if self._next is None:
            return
        (shot, frame, model_pass), self._next = self._next, None
        if frame not in shot.document.range:
            return
        self._running = True
        snapshot, index = shot.document.snapshot(), frame - shot.work.start
        rule = shot.settings.frame0_rule
        self._tasks.start(
            "work out the model view",
            lambda _: _sight(snapshot, frame, index, model_pass, frame0_rule=rule),
            done=self._show,
        )

    def _show(self, sight: Sight) -> None:
        self._running = False
        self.seen.emit(sight)
        self._begin()


def _sight(
    snapshot: QuadmaskSnapshot, frame: int, index: int, model_pass: int, *, frame0_rule: bool
) -> Sight:
    from void_studio.engine.void.plan import model_view

    view = model_view(
        snapshot.values(frame), frame=index, model_pass=model_pass, frame0_rule=frame0_rule
    )
    pixels = np.repeat(view.values[..., None], 4, axis=2)
    pixels[..., 3] = 255
    return Sight(frame, pixels, view.collapsed, view.cleared, view.binarised)
