"""A row of a form: a label column and a field."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from void_studio.gui.controls.labels import label
from void_studio.gui.theme import size

__all__ = ["FormRow"]


class FormRow(QWidget):
    """`text` in the label column and `fields` beside it; the label is the first field's buddy."""

    def __init__(self, text: str, *fields: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = label(text, self, tone="secondary")
        self.label.setFixedWidth(size("label_column"))
        self.label.setAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.label)
        for field in fields:
            row.addWidget(field, 1)
        if fields:
            self.label.setBuddy(fields[0])
        self.setMinimumHeight(size("button"))
