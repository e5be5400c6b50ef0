"""The bar over the viewer: how mattes are shown, the display transform, zoom."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget

from void_studio.app.session import Shown, ViewState
from void_studio.gui.controls import (
    Segment,
    SegmentSwitch,
    ValueSlider,
    icon_button,
    label,
    titled,
)
from void_studio.gui.theme import size

__all__ = ["ViewerHeader"]

_ZOOMS = (10, 25, 50, 100, 200, 400, 800)
_NARROW = 940
_SHOWN = (
    (Shown.OVERLAY, "Overlay", "The picture with mattes over it"),
    (Shown.MATTE, "Matte", "The mattes alone: remove white, affected grey"),
    (Shown.BOUNDARY, "Boundary", "The picture with outlines only"),
    (Shown.MODEL, "Model", "What VOID gets: 0, 127 and 255; read only"),
)


class ViewerHeader(QWidget):
    """Reads and sets `view`; `zoom_chosen` carries a zoom, 0 for fit."""

    zoom_chosen = Signal(float)

    def __init__(self, view: ViewState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self.setObjectName("viewer.header")
        self.setProperty("plane", "header")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(size("viewer_header"))
        self.shown = self._made_shown()
        self.opacity = self._made_opacity()
        self.onion = self._toggle("viewer.onion", "Onion skin", "stack", "Alt+S")
        self.grid = self._toggle("viewer.void_grid", "VOID grid", "grid-four", "Ctrl+G")
        self.note = label("", self, tone="secondary", small=True)
        self.display_label = label("Display", self, tone="secondary")
        self.display = self._made_display()
        self.zoom = self._made_zoom()
        self.fit = icon_button(
            "viewer.fit", "Fit", "frame-corners", self, tip="The whole plate", key="F"
        )
        self.fit.clicked.connect(lambda: self.zoom_chosen.emit(0.0))
        self._lay_out()
        view.changed.connect(self.follow)
        for field in ("shown", "opacity", "onion", "void_grid"):
            self.follow(field)

    def release(self) -> None:
        """Stop listening to the session."""
        self._view.changed.disconnect(self.follow, missing_ok=True)

    def set_zoom(self, zoom: float, *, fits: bool) -> None:
        """Show the zoom that the canvas has."""
        text = f"{zoom * 100:.0f} %"
        self.zoom.setCurrentText(text)
        self.fit.setChecked(fits)

    def set_displays(self, plain: str, views: tuple[str, ...]) -> None:
        """Offer the plain display, named with what it assumes, and views by name."""
        blocked = self.display.blockSignals(True)
        self.display.clear()
        self.display.addItem(plain, "")
        for view in views:
            self.display.addItem(view, view)
        self.display.setCurrentIndex(max(0, self.display.findData(self._view.display)))
        hint = "" if views else " Set OCIO to an OpenColorIO config to have more."
        self.display.setToolTip(f"Display transform; never changes data.{hint}")
        self.display.blockSignals(blocked)

    def _choose_display(self, index: int) -> None:
        self._view.display = self.display.itemData(index)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what is elsewhere too when it gets narrow."""
        super().resizeEvent(event)
        wide = self.width() >= _NARROW
        for part in (self.display, self.display_label, self.onion, self.grid):
            part.setVisible(wide)

    def follow(self, field: str) -> None:
        """Show what `view` says."""
        view = self._view
        if field == "shown":
            self.shown.set_value(view.shown)
            read_only = view.shown is Shown.MODEL
            self.note.setText("Read only: paint in Overlay" if read_only else "")
        elif field == "opacity":
            self.opacity.set_value(view.opacity * 100)
        elif field == "onion":
            self.onion.setChecked(view.onion)
        elif field == "void_grid":
            self.grid.setChecked(view.void_grid)

    def _made_shown(self) -> SegmentSwitch:
        segments: list[Segment[object]] = [Segment(value, text, tip) for value, text, tip in _SHOWN]
        made = SegmentSwitch("viewer.shown", "How mattes are shown", segments, self)
        made.chosen.connect(lambda value: setattr(self._view, "shown", value))
        return made

    def _made_opacity(self) -> ValueSlider:
        made = ValueSlider(
            "viewer.opacity",
            "Opacity of the overlay",
            self,
            low=0,
            high=100,
            unit="%",
            tip="Opacity of the overlay",
            number_width=52,
        )
        made.setFixedWidth(136)
        made.changed.connect(lambda value: setattr(self._view, "opacity", value / 100))
        return made

    def _toggle(self, name: str, title: str, icon: str, key: str) -> QToolButton:
        made = icon_button(name, title, icon, self, key=key, checkable=True)
        field = name.removeprefix("viewer.")
        made.toggled.connect(lambda on: setattr(self._view, field, on))
        return made

    def _made_display(self) -> QComboBox:
        made = titled(QComboBox(self), "viewer.display", "Display transform")
        made.setMinimumWidth(150)
        made.activated.connect(self._choose_display)
        return made

    def _made_zoom(self) -> QComboBox:
        made = titled(QComboBox(self), "viewer.zoom", "Zoom", tip="Zoom", key="wheel")
        made.addItem("Fit", 0.0)
        for percent in _ZOOMS:
            made.addItem(f"{percent} %", percent / 100)
        made.setEditable(True)
        edit = QLineEdit(made)
        made.setLineEdit(edit)
        edit.setReadOnly(True)
        edit.setObjectName("viewer.zoom.text")
        edit.setAccessibleName("Zoom")
        made.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        made.setFixedWidth(84)
        made.activated.connect(lambda index: self.zoom_chosen.emit(made.itemData(index)))
        return made

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(8)
        caption: QLabel = label("Opacity", self, tone="secondary")
        caption.setBuddy(self.opacity.slider)
        shown: tuple[QWidget, ...] = (
            self.shown,
            caption,
            self.opacity,
            self.onion,
            self.grid,
            self.note,
        )
        for part in shown:
            row.addWidget(part)
        row.addStretch(1)
        self.display_label.setBuddy(self.display)
        fields: tuple[QWidget, ...] = (self.display_label, self.display, self.zoom, self.fit)
        for part in fields:
            row.addWidget(part)
