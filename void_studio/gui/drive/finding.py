"""Finding a control by its name, the way a person's pointer would reach it."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from void_studio.core import Refused

__all__ = ["control", "reachable", "typed"]

_W = TypeVar("_W", bound=QWidget)


def control(name: str) -> QWidget:
    """The shown control of a name. Raises Refused when there is none, or a dialog is before it."""
    found = [
        widget
        for top in QApplication.topLevelWidgets()
        for widget in (top, *top.findChildren(QWidget))
        if widget.objectName() == name
    ]
    if not found:
        raise Refused("no control of this name", where=name)
    shown = [widget for widget in found if widget.isVisible()]
    if not shown:
        raise Refused("this control is not shown", where=name)
    modal = QApplication.activeModalWidget()
    if modal is not None and not (modal is shown[0] or modal.isAncestorOf(shown[0])):
        raise Refused("a dialog is before this control", where=name, hint=modal.objectName())
    return shown[0]


def typed(name: str, kind: type[_W]) -> _W:
    """The control of a name, which must be of a kind."""
    found = control(name)
    if not isinstance(found, kind):
        raise Refused(f"this control is no {kind.__name__}", where=name)
    return found


def reachable(widget: QWidget, at: QPoint) -> QPoint:
    """`at`, in the widget, once it is scrolled into view. Raises Refused when it is covered."""
    if not widget.isEnabled():
        raise Refused("this control is disabled", where=_named(widget), hint=widget.toolTip())
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea):
            parent.ensureWidgetVisible(widget)
        parent = parent.parentWidget()
    top = widget.window()
    hit = top.childAt(widget.mapTo(top, at)) if top is not widget else widget.childAt(at) or widget
    if hit is None or not (hit is widget or widget.isAncestorOf(hit)):
        covering = _named(hit) if hit is not None else "nothing"
        raise Refused("the pointer can not reach this control", where=_named(widget), hint=covering)
    return at


def _named(widget: QWidget) -> str:
    return widget.objectName() or type(widget).__name__
