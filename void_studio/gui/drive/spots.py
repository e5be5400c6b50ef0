"""Where in a control a click goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QModelIndex, QPoint
from PySide6.QtWidgets import QAbstractItemView, QCheckBox, QRadioButton, QWidget

from void_studio.core import Refused

__all__ = ["spot_in"]

_BESIDE_TEXT = 8


def spot_in(found: QWidget, given: Mapping[str, Any]) -> tuple[QWidget, QPoint]:
    """The widget that gets the click, and where in it: a row, a place, or its middle."""
    if "row" in given:
        if not isinstance(found, QAbstractItemView):
            raise Refused("this control has no rows", where=found.objectName())
        model = found.model()
        index = model.index(int(given["row"]), int(given.get("column", 0)), QModelIndex())
        if not index.isValid():
            raise Refused(f"this list has no row {given['row']}", where=found.objectName())
        found.scrollTo(index)
        return found.viewport(), found.visualRect(index).center()
    if "at" in given:
        x, y = given["at"]
        return found, QPoint(int(x), int(y))
    if isinstance(found, QCheckBox | QRadioButton):
        return found, QPoint(_BESIDE_TEXT, found.height() // 2)
    return found, found.rect().center()
