"""The viewer on a UHD plate, offscreen: dab to repaint, undo, stepping."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np

from tests.bench.figure import Figure

__all__ = ["figures"]

COMMAND = "python -m tests.bench desktop_viewer"
WIDTH, HEIGHT = 1600, 1100
STROKES, POINTS, STEPS = 200, 12, 20


def figures() -> Iterator[Figure]:
    """Milliseconds from the pen's event to the repainted window, 95 of 100 at most."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as name, _viewer(Path(name)) as bench:
        for zoom in ("fit", "1:1"):
            bench.zoom(zoom)
            bench.view.brush_px = 120
            yield _figure(f"dab to repaint at {zoom}", bench.dabs(3), 8)
        bench.zoom("fit")
        first = bench.dabs(20)
        bench.dabs(STROKES - 40)
        last = bench.dabs(20)
        yield _figure(f"dab to repaint after {STROKES} strokes", last, 8)
        slower = float(np.median(last) / np.median(first))
        name = f"UHD viewer: dab after {STROKES} strokes over the first ones"
        yield Figure(name, round(slower, 2), "x", "<= 1.25", slower <= 1.25, COMMAND)
        yield _figure("undo to repaint", bench.timed_each(bench.pane.undo, STROKES // 2), 16)
        yield _figure("redo to repaint", bench.timed_each(bench.pane.redo, STROKES // 2), 16)
        yield _figure("cached step to repaint", bench.cached_steps(), 16)
        yield _figure("uncached step through the proxy", bench.uncached_steps(), 42)
        yield _figure("cached step to repaint, both roles painted", bench.painted_steps(), 16)


class _Bench:
    """A shown viewer whose repaints are timed."""

    def __init__(self, pane, session, application) -> None:
        self.pane = pane
        self.session = session
        self.view = session.view
        self._application = application
        self._rng = np.random.default_rng(3)

    def wait(self, condition: Callable[[], bool]) -> None:
        ends = time.monotonic() + 120
        while not condition():
            self._application.processEvents()
            if time.monotonic() > ends:
                raise TimeoutError
            time.sleep(0.0005)

    def zoom(self, name: str) -> None:
        if name == "fit":
            self.pane.fit()
        else:
            self.pane.actual_size()
        self._application.processEvents()

    def dabs(self, strokes: int) -> list[float]:
        from PySide6.QtCore import QEvent

        canvas, spent = self.pane.canvas, []
        for _ in range(strokes):
            x = self._rng.uniform(100, canvas.width() - 400)
            y = self._rng.uniform(100, canvas.height() - 200)
            self._mouse(QEvent.Type.MouseButtonPress, x, y)
            for _ in range(POINTS):
                x, y = x + self._rng.uniform(2, 14), y + self._rng.uniform(-8, 8)
                spent.append(self.timed(partial(self._mouse, QEvent.Type.MouseMove, x, y)))
            self._mouse(QEvent.Type.MouseButtonRelease, x, y)
            self._application.processEvents()
        return spent

    def timed_each(self, work: Callable[[], object], times: int) -> list[float]:
        return [self.timed(work) for _ in range(times)]

    def timed(self, work: Callable[[], object]) -> float:
        self._application.processEvents()
        began = time.perf_counter()
        work()
        self._application.processEvents()
        return time.perf_counter() - began

    def cached_steps(self) -> list[float]:
        start, server = self.session.shot.work.start, self.pane.viewing.frames
        frames = range(start, start + STEPS)
        server.prefetch(frames)
        self.wait(lambda: all(_is_exact(server.picture(frame)) for frame in frames))
        self.view.frame = start
        self.wait(lambda: self.pane.canvas.shown_frame == start)
        return self.timed_each(lambda: self.pane.step(1), STEPS - 1)

    def painted_steps(self) -> list[float]:
        """Steps over frames with a large matte of each role."""
        from void_studio.quadmask import Role

        document = self.session.shot.document
        for role, rows in ((Role.REMOVE, slice(400, 1500)), (Role.AFFECTED, slice(1200, 1900))):
            layer = document.add_layer(role.value, role)
            matte = np.zeros(document.extent.shape, np.bool_)
            matte[rows, 1200:2600] = True
            document.set_mattes(layer.id, dict.fromkeys(self.session.shot.work, matte))
        return self.cached_steps()

    def uncached_steps(self) -> list[float]:
        server, spent = self.pane.viewing.frames, []
        self.wait(lambda: server.proxy.ready)
        for _ in range(STEPS - 1):
            server.prefetch([])
            server._cache.clear()
            began = time.perf_counter()
            self.pane.step(-1)
            server.prefetch([])
            self.wait(lambda: self.pane.canvas.shown_frame == self.view.frame)
            self._application.processEvents()
            spent.append(time.perf_counter() - began)
        return spent

    def _mouse(self, kind, x: float, y: float) -> None:
        from PySide6.QtCore import QEvent, QPointF, Qt
        from PySide6.QtGui import QMouseEvent
        from PySide6.QtWidgets import QApplication

        canvas, at, left = self.pane.canvas, QPointF(x, y), Qt.MouseButton.LeftButton
        button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else left
        keys = Qt.KeyboardModifier.NoModifier
        event = QMouseEvent(kind, at, canvas.mapToGlobal(at), button, left, keys)
        QApplication.sendEvent(canvas, event)


@contextmanager
def _viewer(folder: Path) -> Iterator[_Bench]:
    from PySide6.QtWidgets import QApplication

    from tests.session_parts import make_plate
    from void_studio.app.demo.footage import FIRST_FRAME
    from void_studio.app.session import Places, Session
    from void_studio.core import Extent, FrameRange
    from void_studio.gui.bridge import QtPost
    from void_studio.gui.theme import apply_theme
    from void_studio.gui.viewer import ViewerPane

    application = QApplication.instance() or QApplication([])
    apply_theme(application)
    frames = FrameRange(FIRST_FRAME, STEPS + 4)
    plate = make_plate(folder / "plate.mov", Extent(3840, 2160), frames)
    session = Session(Places(folder / "state"), post=QtPost())
    pane = ViewerPane(session)
    pane.resize(WIDTH, HEIGHT)
    pane.show()
    bench = _Bench(pane, session, application)
    session.open(plate)
    bench.wait(lambda: not session.tasks.running())
    if session.shot is None:
        session.choose(session.shots[0].id)
    bench.wait(lambda: pane.canvas.shown_frame == session.view.frame)
    bench.wait(lambda: pane.viewing.frames.proxy.ready)
    try:
        yield bench
    finally:
        pane.viewing.join(20)
        pane.close_down()
        session.close()
        pane.deleteLater()


def _is_exact(picture) -> bool:
    return picture is not None and picture.exact


def _figure(what: str, seconds: list[float], most_ms: float) -> Figure:
    value = round(float(np.percentile(seconds, 95)) * 1e3, 2)
    name = f"UHD viewer: {what}, p95"
    return Figure(name, value, "ms", f"< {most_ms:g}", value < most_ms, COMMAND)
