"""How long the window is deaf while a UHD shot is decoded, segmented and rendered."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from tests.bench.figure import Figure

__all__ = ["figures"]

COMMAND = "python -m tests.bench desktop_gaps"
_LONGEST_S = 0.1
_FRAMES = 12
_PATIENCE_S = 300
_SIDE = 480


class _Turns:
    """Turns of the event loop, and the longest time between two of them."""

    def __init__(self, application) -> None:
        from PySide6.QtCore import QTimer

        self._application = application
        self._last = time.perf_counter()
        self.longest = 0.0
        self._timer = QTimer()
        self._timer.timeout.connect(self._turn)
        self._timer.start(1)

    def _turn(self) -> None:
        now = time.perf_counter()
        self.longest = max(self.longest, now - self._last)
        self._last = now

    def until(self, holds: Callable[[], bool]) -> float:
        """Turn until `holds`; the longest gap meanwhile, in seconds."""
        from PySide6.QtCore import QEventLoop

        ends = time.monotonic() + _PATIENCE_S
        self._last, self.longest = time.perf_counter(), 0.0
        while not holds():
            self._application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
            if time.monotonic() > ends:
                raise TimeoutError("the window did not get there")
        return self.longest


def figures() -> Iterator[Figure]:
    """Milliseconds between two turns, at most, in a real window with a real worker."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["VOID_STUDIO_STATE"] = os.environ["VOID_STUDIO_CONFIG"] = str(folder / "state")
        yield from _measured(folder)


def _measured(folder: Path) -> Iterator[Figure]:
    from tests.session_parts import make_plate
    from void_studio.app.demo.footage import FIRST_FRAME
    from void_studio.app.preferences import Preferences
    from void_studio.assist import Direction
    from void_studio.core import Extent, FrameRange
    from void_studio.gui.main import new_application, start_studio
    from void_studio.quadmask import BoxPrompt, Role

    plate = make_plate(folder / "plate.mov", Extent(3840, 2160), FrameRange(FIRST_FRAME, _FRAMES))
    application = new_application()
    studio = start_studio(application, Preferences(), [])
    window, session = studio.window, studio.session
    window.resize(1920, 1080)
    window.show()
    turns = _Turns(application)
    try:
        session.open(plate)
        opening = turns.until(lambda: session.shot is not None)
        canvas = window.parts.viewer.canvas
        decoding = turns.until(lambda: canvas.shown_frame == session.view.frame)
        yield _figure("opened and decoded", max(opening, decoding))
        shot = session.shot
        layer = shot.document.add_layer("Square", Role.REMOVE)
        session.view.layer_id = layer.id
        first = shot.work.start
        shot.document.set_prompts(layer.id, [BoxPrompt(first, 0, 0, _SIDE, _SIDE)])
        assist = window.parts.assist
        prompting = turns.until(lambda: bool(shot.proposals))
        yield _figure("segmented", prompting)
        assist.propagate(Direction.BOTH)
        yield _figure("propagated", turns.until(lambda: not assist.is_busy))
        matte = np.zeros(shot.document.extent.shape, np.bool_)
        matte[:_SIDE, :_SIDE] = True
        shot.document.set_mattes(layer.id, dict.fromkeys(shot.work, matte))
        desk = window.parts.desk
        turns.until(lambda: desk.queue is not None and not desk.why_not(draft=True))
        row = desk.render(draft=True)
        yield _figure("rendered", turns.until(lambda: desk.queue.row(row).state.is_end))
    finally:
        window.parts.close_down()
        studio.close()


def _figure(what: str, seconds: float) -> Figure:
    name = f"UHD window: longest gap between turns while {what}"
    value = round(seconds * 1e3, 1)
    return Figure(name, value, "ms", "< 100", seconds < _LONGEST_S, COMMAND)
