"""A field for one number with its unit."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QDoubleSpinBox, QWidget

from void_studio.gui.controls.naming import titled
from void_studio.gui.theme import restyle

__all__ = ["NumberField"]


class NumberField(QDoubleSpinBox):
    """A number between `low` and `high`; arrow keys and the wheel step it while it has the focus.

    Its buttons have no width by the style sheet: without them Qt 6.12 gives the text no room.
    `entered` is emitted when a person has entered a value, not when `set_number` is called.
    """

    entered = Signal(float)

    def __init__(
        self,
        name: str,
        title: str,
        parent: QWidget | None = None,
        *,
        low: float,
        high: float,
        step: float = 1.0,
        decimals: int = 0,
        unit: str = "",
        signed: bool = False,
        tip: str = "",
    ) -> None:
        super().__init__(parent)
        self._signed = signed
        titled(self, name, title, tip=tip)
        self.setKeyboardTracking(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setDecimals(decimals)
        self.setRange(low, high)
        self.setSingleStep(step)
        self.setSuffix(f" {unit}" if unit else "")
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.valueChanged.connect(self.entered)

    def set_number(self, value: float) -> None:
        """Show `value`; nothing is emitted."""
        before = self.blockSignals(True)
        self.setValue(value)
        self.blockSignals(before)

    def set_wrong(self, wrong: bool) -> None:
        """Mark the field as holding what can not be used."""
        restyle(self, wrong=wrong)

    def textFromValue(self, value: float) -> str:
        """The number without group marks, with a sign where it is an offset."""
        sign = "+" if self._signed and value > 0 else ""
        return f"{sign}{value:.{self.decimals()}f}"

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step only with the focus: else the panel scrolls."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
