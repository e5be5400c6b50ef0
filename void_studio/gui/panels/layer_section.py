"""The layer that is selected: its role, growing and cleaning it, on which frames."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from void_studio.app.session.session import Session
from void_studio.app.session.view import StrokeLives
from void_studio.gui.controls import (
    FoldSection,
    FormRow,
    RoleSwatch,
    Segment,
    SegmentSwitch,
    ValueSlider,
    push_button,
    role_icon,
)
from void_studio.gui.panels.layer_list import selected_layer
from void_studio.quadmask import Role

__all__ = ["LayerSection"]

_WIDEST_GROW = 64
_LEAST_SPECK = 16


class LayerSection(FoldSection):
    """Role of the selected layer, and what is done to its mattes."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("layer", "No layer selected", parent)
        self._session = session
        self._swatch = RoleSwatch(Role.REMOVE.value, self)
        self.add_to_header(self._swatch)
        self._role = SegmentSwitch(
            "layer.role",
            "Role",
            [
                Segment(Role.REMOVE, "Remove", "What shall vanish", role_icon("remove")),
                Segment(Role.AFFECTED, "Affected", "What it touched", role_icon("affected")),
            ],
            self,
        )
        self._grow = ValueSlider(
            "layer.grow",
            "Grow",
            self,
            low=-_WIDEST_GROW,
            high=_WIDEST_GROW,
            unit="px",
            signed=True,
            tip="How far the matte grows, below 0 how far it shrinks",
        )
        self._apply = push_button("layer.grow.apply", "Grow", self, tip="Grow or shrink the matte")
        self._holes = push_button("layer.fill_holes", "Fill holes", self)
        self._specks = push_button("layer.remove_specks", "Remove specks", self)
        self._over = SegmentSwitch(
            "layer.over",
            "Apply to",
            [
                Segment(StrokeLives.THIS_FRAME, "Frame", "The frame that is shown"),
                Segment(StrokeLives.IN_OUT, "In\N{EN DASH}Out", "The frames from in to out"),
                Segment(StrokeLives.ALL, "All", "Every frame"),
            ],
            self,
        )
        self._over.set_value(StrokeLives.THIS_FRAME)
        self._fill_body()
        self._connect()
        self.refresh()

    def _fill_body(self) -> None:
        grow = QWidget(self)
        row = QHBoxLayout(grow)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._grow, 1)
        row.addWidget(self._apply)
        self.body.addWidget(FormRow("Role", self._role))
        self.body.addWidget(FormRow("Grow", grow))
        self.body.addWidget(FormRow("Clean up", self._holes, self._specks))
        self.body.addWidget(FormRow("Apply to", self._over))

    def _connect(self) -> None:
        self._session.shot_changed.connect(lambda _: self._attach())
        self._session.view.changed.connect(self._view_changed)
        self._role.chosen.connect(self._set_role)
        self._grow.changed.connect(self._name_grow)
        self._apply.clicked.connect(self._do_grow)
        self._holes.clicked.connect(self._do_fill)
        self._specks.clicked.connect(self._do_clean)
        self._attach()

    def _attach(self) -> None:
        shot = self._session.shot
        if shot is not None:
            shot.document.layers_changed.connect(self.refresh)
        self.refresh()

    def _view_changed(self, name: str) -> None:
        if name == "layer_id":
            self.refresh()

    def refresh(self) -> None:
        """Show the layer that is selected now."""
        layer = selected_layer(self._session)
        usable = layer is not None and self._session.read_only is None
        for control in (self._role, self._grow, self._holes, self._specks, self._over):
            control.setEnabled(usable)
        self._apply.setEnabled(usable and self._grow.value() != 0)
        self._swatch.setVisible(layer is not None)
        self.set_title(layer.name if layer else "No layer selected")
        self.set_note(layer.role.value.capitalize() if layer else "")
        if layer is not None:
            self._role.set_value(layer.role)
            self._swatch.set_role(layer.role.value)

    def _set_role(self, role: object) -> None:
        layer, shot = selected_layer(self._session), self._session.shot
        if isinstance(role, Role) and layer is not None and shot is not None:
            shot.document.set_role(layer.id, role)
            self._session.view.role = role

    def _name_grow(self, px: float) -> None:
        self._apply.setText("Shrink" if px < 0 else "Grow")
        self._apply.setEnabled(px != 0 and selected_layer(self._session) is not None)

    def _do_grow(self) -> None:
        if self._session.shot is not None:
            self._session.shot.painting.grow(self._grow.value(), self._frames())

    def _do_fill(self) -> None:
        if self._session.shot is not None:
            self._session.shot.painting.fill_holes(self._frames())

    def _do_clean(self) -> None:
        if self._session.shot is not None:
            self._session.shot.painting.remove_specks(_LEAST_SPECK, self._frames())

    def _frames(self) -> StrokeLives:
        over = self._over.value()
        return over if isinstance(over, StrokeLives) else StrokeLives.THIS_FRAME
