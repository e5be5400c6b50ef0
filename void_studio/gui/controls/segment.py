"""A segment switch: a few words of which exactly one is on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QToolButton, QWidget

from void_studio.gui.controls.naming import titled
from void_studio.gui.theme import size

__all__ = ["Segment", "SegmentSwitch"]

_V_co = TypeVar("_V_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Segment(Generic[_V_co]):
    """One choice: its value, the word on it, and what it does."""

    value: _V_co
    text: str
    tip: str = ""
    icon: QIcon | None = None
    key: str = ""


class SegmentSwitch(QFrame):
    """Buttons side by side, one of them on; arrow keys move between them.

    Scripts know the segments as `NAME.VALUE`. `chosen` is emitted with the value when a person
    chooses, not when `set_value` is called.
    """

    chosen = Signal(object)

    def __init__(
        self,
        name: str,
        title: str,
        segments: Sequence[Segment[object]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        titled(self, name, title)
        self.setToolTip("")
        self.setProperty("segment", True)
        self._segments = tuple(segments)
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(1)
        for index, segment in enumerate(self._segments):
            row.addWidget(self._button(index, segment), 1)
        self._group.idClicked.connect(self._clicked)

    def value(self) -> object:
        """The value that is on; None before the first."""
        index = self._group.checkedId()
        return self._segments[index].value if index >= 0 else None

    def set_value(self, value: object) -> None:
        """Turn `value` on; nothing is emitted."""
        self.button(value).setChecked(True)

    def button(self, value: object) -> QToolButton:
        """The button of `value`; raises StopIteration for a value that is not offered."""
        index = next(i for i, segment in enumerate(self._segments) if segment.value == value)
        found = self._group.button(index)
        assert isinstance(found, QToolButton)  # noqa: S101  (the group holds no other)
        return found

    def _button(self, index: int, segment: Segment[object]) -> QToolButton:
        made = QToolButton(self)
        word = str(getattr(segment.value, "value", segment.value)).lower().replace(" ", "-")
        titled(made, f"{self.objectName()}.{word}", segment.text, tip=segment.tip, key=segment.key)
        made.setText(f" {segment.text}" if segment.icon else segment.text)
        made.setCheckable(True)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.setSizePolicy(made.sizePolicy().Policy.Minimum, made.sizePolicy().Policy.Fixed)
        if segment.icon is not None:
            made.setText(f" {segment.text}")  # Qt leaves no gap beside the icon
            made.setIcon(segment.icon)
            made.setIconSize(QSize(size("icon_chip"), size("icon_chip")))
            made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._group.addButton(made, index)
        return made

    def _clicked(self, index: int) -> None:
        self.chosen.emit(self._segments[index].value)
