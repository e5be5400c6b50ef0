"""An engine's parameters as fields, drawn from their ParamSpecs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QVBoxLayout, QWidget

from void_studio.engine import ParamKind, ParamSpec, ParamValue
from void_studio.gui.controls import FormRow, NumberField, titled

__all__ = ["ParamFields"]

_WIDEST = 2**31 - 1


class ParamFields(QWidget):
    """One row for each parameter; `changed` carries all that differ from their defaults."""

    changed = Signal(dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("params")
        self._values: dict[str, ParamValue] = {}
        self._specs: tuple[ParamSpec, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)

    def show_params(self, specs: Sequence[ParamSpec], values: Mapping[str, ParamValue]) -> None:
        """Draw these parameters; fields stay as they are while nothing about them changed."""
        wanted = {spec.name: values.get(spec.name, spec.default) for spec in specs}
        if tuple(specs) == self._specs and wanted == self._values:
            return
        self._specs, self._values = tuple(specs), wanted
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for spec in self._specs:
            self._column.addWidget(FormRow(_title(spec), self._field(spec)))

    def _field(self, spec: ParamSpec) -> QWidget:
        value = self._values[spec.name]
        if spec.kind is ParamKind.BOOL:
            return self._check(spec, bool(value))
        if spec.kind is ParamKind.CHOICE:
            return self._combo(spec, str(value))
        if spec.kind is ParamKind.TEXT:
            return self._line(spec, str(value))
        return self._number(spec, float(value))

    def _check(self, spec: ParamSpec, value: bool) -> QWidget:
        made = titled(QCheckBox(self), f"params.{spec.name}", _title(spec), tip=spec.help)
        made.setText("On")
        made.setChecked(value)
        made.toggled.connect(lambda on: self._set(spec, on))
        return made

    def _combo(self, spec: ParamSpec, value: str) -> QWidget:
        made = titled(QComboBox(self), f"params.{spec.name}", _title(spec), tip=spec.help)
        made.addItems(list(spec.choices))
        made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        made.setCurrentText(value)
        made.currentTextChanged.connect(lambda text: self._set(spec, text))
        return made

    def _line(self, spec: ParamSpec, value: str) -> QWidget:
        made = titled(QLineEdit(value, self), f"params.{spec.name}", _title(spec), tip=spec.help)
        made.editingFinished.connect(lambda: self._set(spec, made.text()))
        return made

    def _number(self, spec: ParamSpec, value: float) -> QWidget:
        whole = spec.kind is ParamKind.INT
        made = NumberField(
            f"params.{spec.name}",
            _title(spec),
            self,
            low=-_WIDEST if spec.low is None else spec.low,
            high=_WIDEST if spec.high is None else min(spec.high, _WIDEST),
            step=1 if whole else 0.1,
            decimals=0 if whole else 2,
            tip=spec.help,
        )
        made.set_number(value)
        made.entered.connect(lambda number: self._set(spec, int(number) if whole else number))
        return made

    def _set(self, spec: ParamSpec, value: ParamValue) -> None:
        if self._values.get(spec.name) == value:
            return
        self._values[spec.name] = value
        defaults = {known.name: known.default for known in self._specs}
        self.changed.emit(
            {name: kept for name, kept in self._values.items() if kept != defaults[name]}
        )


def _title(spec: ParamSpec) -> str:
    return spec.name.replace("_", " ").capitalize()
