"""A slider with its number beside it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from void_studio.gui.controls.naming import titled
from void_studio.gui.controls.number import NumberField

__all__ = ["ValueSlider"]


class _QuietSlider(QSlider):
    """A slider that leaves the wheel to the panel unless it has the focus."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step only with the focus."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class ValueSlider(QWidget):
    """A value between `low` and `high`, by dragging or by number.

    `changed` follows the drag; `settled` comes once, when the slider is let go or the number is
    entered. Neither comes from `set_value`. Scripts know the parts as `NAME.slider`, `NAME.number`.
    """

    changed = Signal(float)
    settled = Signal(float)

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
        number_width: int = 56,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._step = step
        self.slider = self._made_slider(name, title, tip, signed=signed)
        self.slider.setRange(round(low / step), round(high / step))
        self.number = NumberField(
            f"{name}.number",
            title,
            self,
            low=low,
            high=high,
            step=step,
            decimals=decimals,
            unit=unit,
            signed=signed,
            tip=tip,
        )
        self.number.setFixedWidth(number_width)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.slider, 1)
        row.addWidget(self.number)
        self.setFocusProxy(self.slider)
        self.slider.valueChanged.connect(self._slid)
        self.slider.sliderReleased.connect(lambda: self.settled.emit(self.value()))
        self.number.entered.connect(self._entered)

    def value(self) -> float:
        """The value shown."""
        return self.number.value()

    def set_value(self, value: float) -> None:
        """Show `value`; nothing is emitted."""
        self.number.set_number(value)
        before = self.slider.blockSignals(True)
        self.slider.setValue(round(value / self._step))
        self.slider.blockSignals(before)

    def _made_slider(self, name: str, title: str, tip: str, *, signed: bool) -> QSlider:
        made = titled(
            _QuietSlider(Qt.Orientation.Horizontal, self), f"{name}.slider", title, tip=tip
        )
        made.setProperty("centred", signed)
        made.setMinimumWidth(48)
        made.setFixedHeight(20)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return made

    def _slid(self, position: int) -> None:
        self.number.set_number(position * self._step)
        self.changed.emit(self.value())
        if not self.slider.isSliderDown():
            self.settled.emit(self.value())

    def _entered(self, value: float) -> None:
        self.set_value(value)
        self.changed.emit(value)
        self.settled.emit(value)
