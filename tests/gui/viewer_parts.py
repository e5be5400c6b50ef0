"""A viewer on a small plate whose frames carry their numbers, over a real session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPointingDevice, QTabletEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.media.movies import numbered_movie
from void_studio.app.session import Message, OpenShot, Places, Session
from void_studio.core import Extent
from void_studio.gui.bridge import QtPost
from void_studio.gui.viewer import ViewerPane
from void_studio.quadmask import Role

__all__ = ["EXTENT", "Watched", "make_plate", "viewer_on"]

EXTENT = Extent(320, 180)
_PEN = QPointingDevice(
    "pen",
    7,
    QPointingDevice.DeviceType.Stylus,
    QPointingDevice.PointerType.Pen,
    QPointingDevice.Capability.Position | QPointingDevice.Capability.Pressure,
    1,
    3,
)


def make_plate(folder: Path, *, extent: Extent = EXTENT, frames: int = 12) -> Path:
    return numbered_movie(
        folder / "plate.mov", frames=frames, extent=extent, timecode="00:00:04:00"
    )


@dataclass
class Watched:
    """A pane with its session, and hands to use it as a person does."""

    pane: ViewerPane
    session: Session
    bot: QtBot
    said: list[Message] = field(default_factory=list)

    @property
    def shot(self) -> OpenShot:
        assert self.session.shot is not None
        return self.session.shot

    def wait(self, condition: Callable[[], bool]) -> None:
        self.bot.waitUntil(condition, timeout=20000)

    def settle(self) -> None:
        """Until the wanted frame is shown exactly and every edit is in the file."""
        self.wait(self._is_settled)
        QApplication.sendPostedEvents()

    def at(self, x: float, y: float) -> QPointF:
        """The logical position of a plate position."""
        return self.pane.canvas.to_view(x, y)

    def mouse(
        self,
        kind: QEvent.Type,
        at: QPointF,
        *,
        buttons: Qt.MouseButton = Qt.MouseButton.LeftButton,
        keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:
        canvas = self.pane.canvas
        button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else buttons
        event = QMouseEvent(kind, at, canvas.mapToGlobal(at), button, buttons, keys)
        QApplication.sendEvent(canvas, event)

    def pen(self, kind: QEvent.Type, at: QPointF, pressure: float) -> None:
        canvas = self.pane.canvas
        none, left = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton
        event = QTabletEvent(
            kind,
            _PEN,
            at,
            canvas.mapToGlobal(at),
            pressure,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            Qt.KeyboardModifier.NoModifier,
            none if kind == QEvent.Type.TabletMove else left,
            left,
        )
        QApplication.sendEvent(canvas, event)

    def stroke(
        self,
        *points: tuple[float, float],
        keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:
        """Press, drag and release through plate positions."""
        self.mouse(QEvent.Type.MouseButtonPress, self.at(*points[0]), keys=keys)
        for point in points[1:]:
            self.mouse(QEvent.Type.MouseMove, self.at(*point), keys=keys)
        self.mouse(QEvent.Type.MouseButtonRelease, self.at(*points[-1]), keys=keys)

    def painted(self, frame: int, role: Role = Role.REMOVE) -> npt.NDArray[np.bool_]:
        """What is set on a frame by layers of a role."""
        document = self.shot.document
        made = np.zeros(document.extent.shape, np.bool_)
        for layer in document.layers:
            if layer.role is role:
                layer.add_to(made, frame, document.extent.rect)
        return made

    def grabbed(self) -> npt.NDArray[np.uint8]:
        """The canvas as it is on the screen: (height, width, 4), B G R X."""
        image = self.pane.canvas.grab().toImage()
        image = image.convertToFormat(image.Format.Format_RGB32)
        buffer = np.frombuffer(image.constBits(), np.uint8)
        return buffer.reshape(image.height(), image.bytesPerLine() // 4, 4)[
            :, : image.width()
        ].copy()

    def _is_settled(self) -> bool:
        picture = self.pane.canvas.composition.picture
        shown = self.pane.canvas.shown_frame == self.session.view.frame
        exact = picture is not None and picture.exact
        quiet = not self.session.tasks.running() and not self.session.save_state.pending
        return shown and exact and quiet


@contextmanager
def viewer_on(
    bot: QtBot, folder: Path, plate: Path, *, size: tuple[int, int] = (800, 620)
) -> Iterator[Watched]:
    """The plate open in a viewer whose window is `size`; all of it closed at the end."""
    session = Session(Places(folder / "state"), post=QtPost())
    pane = ViewerPane(session)
    watched = Watched(pane, session, bot)
    session.message.connect(watched.said.append)
    window = QWidget()
    pane.setParent(window)
    window.resize(*size)
    pane.resize(*size)
    window.show()
    session.open(plate)
    watched.wait(lambda: not session.tasks.running())
    if session.shot is None:
        session.choose(session.shots[0].id)
    watched.settle()
    try:
        yield watched
    finally:
        pane.viewing.join(20)
        pane.close_down()
        session.close()
        window.close()
        window.deleteLater()
