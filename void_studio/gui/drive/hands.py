"""Mouse, pen and keys, as events into widgets."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QInputDevice, QKeySequence, QPointingDevice, QTabletEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from void_studio.core import Refused

__all__ = ["drag", "modifiers_of", "pen_drag", "press_keys"]

_LEFT = Qt.MouseButton.LeftButton
_MODIFIERS = {
    "Shift": Qt.KeyboardModifier.ShiftModifier,
    "Ctrl": Qt.KeyboardModifier.ControlModifier,
    "Alt": Qt.KeyboardModifier.AltModifier,
}


def modifiers_of(names: Sequence[str]) -> Qt.KeyboardModifier:
    """Keys that are held, from their names."""
    held = Qt.KeyboardModifier.NoModifier
    for name in names:
        if name not in _MODIFIERS:
            raise Refused("no key of this name can be held", where=str(name))
        held |= _MODIFIERS[name]
    return held


def press_keys(widget: QWidget, keys: str) -> None:
    """Press one combination, written as `Ctrl+Shift+Z`, with the focus in `widget`."""
    sequence = QKeySequence(keys)
    if sequence.count() != 1:
        raise Refused("this is no key", where=keys)
    pressed = sequence[0]  # type: ignore[index]  # missing in the stubs
    window = widget.window().windowHandle()
    if window is None:
        raise Refused("the window is not shown", where=keys)
    QTest.keyClick(window, pressed.key(), pressed.keyboardModifiers())


def drag(widget: QWidget, points: Sequence[QPointF], held: Qt.KeyboardModifier) -> None:
    """Press at the first point, move over all, let go at the last."""
    places = [point.toPoint() for point in points]
    QTest.mouseMove(widget, places[0])
    QTest.mousePress(widget, _LEFT, held, places[0])
    for place in places[1:]:
        _move(widget, place, held)
    QTest.mouseRelease(widget, _LEFT, held, places[-1])


def pen_drag(
    widget: QWidget, points: Sequence[tuple[QPointF, float]], held: Qt.KeyboardModifier
) -> None:
    """The same with a pen; each point has its pressure, 0 to 1."""
    kinds = [QEvent.Type.TabletPress, *[QEvent.Type.TabletMove] * (len(points) - 1)]
    for kind, (point, pressure) in zip(kinds, points, strict=True):
        _pen(widget, kind, point, pressure, held)
    _pen(widget, QEvent.Type.TabletRelease, points[-1][0], 0.0, held)


def _move(widget: QWidget, place: QPoint, held: Qt.KeyboardModifier) -> None:
    from PySide6.QtGui import QMouseEvent

    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(place),
        QPointF(widget.mapToGlobal(place)),
        Qt.MouseButton.NoButton,
        _LEFT,
        held,
    )
    QApplication.sendEvent(widget, event)


def _pen(
    widget: QWidget, kind: QEvent.Type, point: QPointF, pressure: float, held: Qt.KeyboardModifier
) -> None:
    up = kind is QEvent.Type.TabletRelease
    event = QTabletEvent(
        kind,
        _stylus(),
        point,
        widget.mapToGlobal(point),
        pressure,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        held,
        Qt.MouseButton.NoButton if kind is QEvent.Type.TabletMove else _LEFT,
        Qt.MouseButton.NoButton if up else _LEFT,
    )
    QApplication.sendEvent(widget, event)


@cache
def _stylus() -> QPointingDevice:
    """One pen for all events: Qt keeps a pointer to it beyond an event's life."""
    return QPointingDevice(
        "pen",
        1,
        QInputDevice.DeviceType.Stylus,
        QPointingDevice.PointerType.Pen,
        QInputDevice.Capability.Position | QInputDevice.Capability.Pressure,
        1,
        1,
    )
