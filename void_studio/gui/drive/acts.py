"""What each kind of step does to the window."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPointF, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QTabBar, QWidget

from void_studio.core import Refused, write_whole
from void_studio.gui.drive.finding import control, reachable, typed
from void_studio.gui.drive.hands import drag, modifiers_of, pen_drag, press_keys
from void_studio.gui.drive.picture import picture_of, save_picture
from void_studio.gui.drive.player import Ready
from void_studio.gui.drive.script import Step
from void_studio.gui.drive.spots import spot_in
from void_studio.gui.drive.state import matches, state_of
from void_studio.gui.window import MainWindow

__all__ = ["Acts"]

_LEFT = Qt.MouseButton.LeftButton
_FULL_PRESSURE = 1.0
_ACTIVE_MS = 25


class Acts:
    """Does steps to `window`; pictures and states go into `out`."""

    def __init__(self, window: MainWindow, out: Path, base: Path) -> None:
        self._window = window
        self._out = out
        self._base = base
        self.files: list[str] = []
        self._kinds: dict[str, Callable[[Step], Ready | None]] = {
            "open": self._open,
            "click": self._click,
            "tab": self._tab,
            "shot": self._shot,
            "key": self._key,
            "type": self._type,
            "choose": self._choose,
            "action": self._action,
            "stroke": self._stroke,
            "hover": self._hover,
            "resize": self._resize,
            "wait": lambda step: partial(self._missing, step.given["until"]),
            "idle": lambda _: self._busy,
            "pause": self._pause,
            "expect": self._expect,
            "screenshot": self._screenshot,
            "state": self._state,
        }

    def __call__(self, step: Step) -> Ready | None:
        """Do a step. Raises Refused when it can not be done."""
        return self._kinds[step.do](step)

    def _open(self, step: Step) -> Ready:
        self._window.session.open((self._base / step.given["path"]).resolve())
        return self._busy

    def _click(self, step: Step) -> None:
        given = step.given
        found = control(given["on"])
        widget, spot = spot_in(found, given)
        place = reachable(widget, spot)
        held = modifiers_of(given.get("modifiers", []))
        click = QTest.mouseDClick if given.get("double") else QTest.mouseClick
        _later(lambda: click(widget, _LEFT, held, place))

    def _tab(self, step: Step) -> None:
        for bar in self._window.findChildren(QTabBar):
            for index in range(bar.count()):
                if bar.isVisible() and bar.tabText(index) == step.given["text"]:
                    place = reachable(bar, bar.tabRect(index).center())
                    _later(partial(QTest.mouseClick, bar, _LEFT, pos=place))
                    return
        raise Refused("no tab of this name is shown", where=step.given["text"])

    def _shot(self, step: Step) -> Ready:
        name = step.given["name"]
        ids = [row.id for row in self._window.session.shots if name in (row.name, row.id)]
        nth = int(step.given.get("nth", 1))
        if not 1 <= nth <= len(ids):
            raise Refused(f"{len(ids)} shots of this name are in the cut", where=name)
        canvas = self._window.parts.timeline.canvas
        area = canvas.clip_rect(ids[nth - 1])
        if area is None:
            raise Refused("this shot is not in sight in the timeline", where=name)
        place = reachable(canvas, area.center())
        _later(partial(QTest.mouseClick, canvas, _LEFT, pos=place))
        return partial(self._missing, {"shot.id": ids[nth - 1]})

    def _key(self, step: Step) -> None:
        if "on" in step.given:
            control(step.given["on"]).setFocus(Qt.FocusReason.OtherFocusReason)
        target = QApplication.activeModalWidget() or self._window
        target.activateWindow()
        for _ in range(int(step.given.get("times", 1))):
            QTimer.singleShot(_ACTIVE_MS, partial(press_keys, target, step.given["keys"]))

    def _type(self, step: Step) -> None:
        widget = control(step.given["on"])
        reachable(widget, widget.rect().center())
        widget.setFocus(Qt.FocusReason.MouseFocusReason)
        target = QApplication.focusWidget() or widget
        QTest.keyClick(target, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClick(target, Qt.Key.Key_Delete)
        QTest.keyClicks(target, step.given["text"])

    def _choose(self, step: Step) -> None:
        combo = typed(step.given["on"], QComboBox)
        reachable(combo, combo.rect().center())
        index = combo.findText(step.given["item"])
        if index < 0:
            known = ", ".join(combo.itemText(at) for at in range(combo.count()))
            raise Refused("no such item", where=step.given["item"], hint=known)
        combo.setFocus(Qt.FocusReason.MouseFocusReason)
        QTest.keyClick(combo, Qt.Key.Key_Home)
        for _ in range(index):
            QTest.keyClick(combo, Qt.Key.Key_Down)

    def _action(self, step: Step) -> None:
        try:
            action = self._window.actions_of[step.given["id"]]
        except KeyError:
            raise Refused("no action of this id", where=step.given["id"]) from None
        self._window.actions_of.refresh()
        if not action.isEnabled():
            raise Refused(
                "this action can not be used now", where=step.given["id"], hint=action.toolTip()
            )
        _later(action.trigger)

    def _stroke(self, step: Step) -> None:
        canvas = self._window.parts.viewer.canvas
        given = [(*point, _FULL_PRESSURE)[:3] for point in step.given["points"]]
        points = [(self._on_canvas(x, y), pressure) for x, y, pressure in given]
        held = modifiers_of(step.given.get("modifiers", []))
        reachable(canvas, points[0][0].toPoint())
        if step.given.get("device") == "pen":
            _later(lambda: pen_drag(canvas, points, held))
        else:
            _later(lambda: drag(canvas, [point for point, _ in points], held))

    def _hover(self, step: Step) -> None:
        x, y = step.given["at"]
        QTest.mouseMove(self._window.parts.viewer.canvas, self._on_canvas(x, y).toPoint())

    def _on_canvas(self, x: float, y: float) -> QPointF:
        canvas: QWidget = self._window.parts.viewer.canvas
        point: QPointF = self._window.parts.viewer.canvas.to_view(x, y)
        if not canvas.rect().contains(point.toPoint()):
            raise Refused("this place of the plate is not in sight", where=f"{x:g}, {y:g}")
        return point

    def _resize(self, step: Step) -> None:
        width, height = step.given["size"]
        self._window.resize(width, height)

    def _busy(self) -> str:
        names = [view.name for view in self._window.session.tasks.running()]
        pending = self._window.session.save_state.pending
        return ", ".join(names) or (f"{pending} edits on their way" if pending else "")

    def _pause(self, step: Step) -> Ready:
        """For what begins only after a moment of quiet."""
        ends = time.monotonic() + float(step.given["seconds"])
        return lambda: "" if time.monotonic() >= ends else "the pause"

    def _missing(self, wanted: dict[str, Any]) -> str:
        return matches(state_of(self._window), wanted)

    def _expect(self, step: Step) -> None:
        missing = self._missing(step.given["that"])
        if missing:
            raise Refused("this does not hold", where=missing)

    def _screenshot(self, step: Step) -> None:
        save_picture(picture_of(self._window), self._new_file(step.given["name"], ".png"))

    def _state(self, step: Step) -> None:
        text = json.dumps(state_of(self._window), indent=2, ensure_ascii=False)
        write_whole(self._new_file(step.given["name"], ".json"), text.encode())

    def _new_file(self, name: str, ending: str) -> Path:
        if Path(name).name != name or not name.endswith(ending):
            raise Refused(f"this is no file name that ends with {ending}", where=name)
        self.files.append(name)
        return self._out / name


def _later(act: Callable[[], object]) -> None:
    """In a turn of its own: a dialog may run inside it while the script goes on."""
    QTimer.singleShot(0, act)
