"""The bar over everything: the options of the tool in hand, or of the comparison."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QWidget

from void_studio.app.session import (
    Compare,
    OpenShot,
    Session,
    Shown,
    StrokeLives,
    Tool,
)
from void_studio.gui.controls import (
    Segment,
    SegmentSwitch,
    ValueSlider,
    divider,
    icon_button,
    key_cap,
    label,
    role_icon,
    titled,
)
from void_studio.gui.icons import icon
from void_studio.gui.theme import size
from void_studio.gui.viewer.canvas_words import TOOL_ICONS
from void_studio.gui.viewer.pane import ViewerPane
from void_studio.quadmask import QuadmaskDocument, Role

__all__ = ["OptionsBar"]

_SIZED = (Tool.BRUSH, Tool.ERASER, Tool.LINE)
_PAINTS = (
    *_SIZED,
    Tool.FILL,
    Tool.LASSO,
    Tool.POLYGON,
    Tool.RECTANGLE,
    Tool.ELLIPSE,
    Tool.GRID,
    Tool.POINT,
    Tool.BOX,
)
_NARROW = 1240
_LIVES = (
    (StrokeLives.THIS_FRAME, "This frame", "Frame"),
    (StrokeLives.IN_OUT, "In\N{EN DASH}Out", "In\N{EN DASH}Out"),
    (StrokeLives.TO_END, "To end", "End"),
    (StrokeLives.ALL, "All", "All"),
)
_COMPARES = (
    (Compare.WIPE, "Wipe", "W"),
    (Compare.FLICKER, "Flicker", "Shift+W"),
    (Compare.DIFFERENCE, "Difference", "D"),
)
_HINTS = {
    Tool.SELECT: "Click a matte to choose its layer",
    Tool.PAN: "Drag the picture",
    Tool.FRAMING: "Shows where the engine's canvas lies; Shot > Framing chooses how",
    Tool.POINT: "Click the object; Alt-click what is not it; a point again takes it away",
    Tool.BOX: "Drag a box around the object",
    Tool.POLYGON: "Enter or a double click closes, Esc forgets",
    Tool.FILL: "Fills what the matte encloses; Alt empties the part that is hit",
    Tool.GRID: "Click or drag over cells",
}


class OptionsBar(QWidget):
    """Reads and sets `view`; undo and redo stand at its right end.

    `attend` says which viewer's comparison it sets.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._view = session.view
        self._document: QuadmaskDocument | None = None
        self.setObjectName("options")
        self.setProperty("plane", "header")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(size("options"))
        self.mark, self.title = QLabel(self), label(parent=self, heading="row")
        self.hint = label("", self, tone="secondary")
        self._role = self._paint_group()
        self._sized = self._size_group()
        self._lives = self._lives_group()
        self._compare = self._compare_group()
        self.undo = icon_button("edit.undo", "Undo", "arrow-counter-clockwise", self, key="Ctrl+Z")
        self.redo = icon_button("edit.redo", "Redo", "arrow-clockwise", self, key="Ctrl+Shift+Z")
        self.undo.clicked.connect(lambda: self._step(back=True))
        self.redo.clicked.connect(lambda: self._step(back=False))
        self._lay_out()
        self._view.changed.connect(self._follow_view)
        session.shot_changed.connect(self._follow_shot)
        for field in ("tool", "role", "brush_px", "pressure", "stroke_lives"):
            self._follow_view(field)
        self._follow_shot(session.shot)

    def attend(self, pane: ViewerPane) -> None:
        """Set the angle and the gain of this viewer's comparison, and show them."""
        self.angle.changed.connect(pane.set_wipe_angle)
        self.gain.changed.connect(pane.canvas.set_gain)
        pane.canvas.wipe_moved.connect(lambda: self.angle.set_value(pane.canvas.wipe.angle))

    def release(self) -> None:
        """Stop listening to the session."""
        self._view.changed.disconnect(self._follow_view, missing_ok=True)
        self._session.shot_changed.disconnect(self._follow_shot, missing_ok=True)
        self._listen(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorter words where it is narrow."""
        super().resizeEvent(event)
        narrow = self.width() < _NARROW
        self.lives_label.setText("Stroke on" if narrow else "Stroke lives on")
        for value, long, short in _LIVES:
            self.lives.button(value).setText(short if narrow else long)
        self.pressure.setText("Pressure" if narrow else "Pen pressure sets size")
        for part in self._key_caps:
            part.setVisible(not narrow)

    def _paint_group(self) -> QWidget:
        group, row = _group(self)
        segments: list[Segment[object]] = [
            Segment(
                role, role.value.capitalize(), f"Paint {role.value}", icon=role_icon(role.value)
            )
            for role in (Role.REMOVE, Role.AFFECTED)
        ]
        self.role = SegmentSwitch("options.role", "Role", segments, group)
        self.role.chosen.connect(lambda value: setattr(self._view, "role", value))
        swap = key_cap("X", group)
        swap.setToolTip("X swaps the role")
        self._key_caps = [swap]
        for part in (self.role, swap):
            row.addWidget(part)
        return group

    def _size_group(self) -> QWidget:
        group, row = _group(self)
        row.addWidget(divider(group))
        self.size_label = label("Size", group, tone="secondary")
        self.brush_size = ValueSlider(
            "options.size",
            "Brush size",
            group,
            low=1,
            high=400,
            unit="px",
            tip="Brush size; Ctrl+Shift-drag on the picture",
            number_width=64,
        )
        self.brush_size.number.setRange(1, 2000)
        self.brush_size.setFixedWidth(190)
        self.size_label.setBuddy(self.brush_size.slider)
        self.brush_size.changed.connect(lambda value: setattr(self._view, "brush_px", value))
        row.addWidget(self.size_label)
        row.addWidget(self.brush_size)
        for key, tip in (("[", "Smaller"), ("]", "Larger")):
            cap = key_cap(key, group)
            cap.setToolTip(tip)
            self._key_caps.append(cap)
            row.addWidget(cap)
        row.addWidget(divider(group))
        self.pressure = titled(
            QCheckBox("Pen pressure sets size", group), "options.pressure", "Pen pressure sets size"
        )
        self.pressure.toggled.connect(lambda on: setattr(self._view, "pressure", on))
        row.addWidget(self.pressure)
        return group

    def _lives_group(self) -> QWidget:
        group, row = _group(self)
        row.addWidget(divider(group))
        self.lives_label = label("Stroke lives on", group, tone="secondary")
        segments: list[Segment[object]] = [
            Segment(value, text, f"A stroke is painted on: {value.value}")
            for value, text, _ in _LIVES
        ]
        self.lives = SegmentSwitch("options.lives", "Stroke lives on", segments, group)
        self.lives_label.setBuddy(self.lives)
        self.lives.chosen.connect(lambda value: setattr(self._view, "stroke_lives", value))
        row.addWidget(self.lives_label)
        row.addWidget(self.lives)
        return group

    def _compare_group(self) -> QWidget:
        group, row = _group(self)
        segments: list[Segment[object]] = [
            Segment(value, text, key=key) for value, text, key in _COMPARES
        ]
        self.compare = SegmentSwitch("options.compare", "Compare by", segments, group)
        self.compare.chosen.connect(lambda value: setattr(self._view, "compare", value))
        self.angle = self._number(group, "angle", "Angle", -180, 180, "°")
        self.gain = self._number(group, "gain", "Gain", 1, 32, "\N{MULTIPLICATION SIGN}")
        self.gain.set_value(4)
        row.addWidget(self.compare)
        for text, part in (("Angle", self.angle), ("Gain", self.gain)):
            row.addWidget(divider(group))
            caption = label(text, group, tone="secondary")
            caption.setBuddy(part.slider)
            row.addWidget(caption)
            row.addWidget(part)
        return group

    def _number(
        self,
        group: QWidget,
        name: str,
        title: str,
        low: float,
        high: float,
        unit: str,
    ) -> ValueSlider:
        made = ValueSlider(
            f"options.{name}", title, group, low=low, high=high, unit=unit, tip=title
        )
        made.setFixedWidth(150)
        return made

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(8)
        row.addWidget(self.mark)
        row.addWidget(self.title)
        row.addSpacing(8)
        for part in (self._role, self._sized, self._lives, self._compare, self.hint):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self.undo)
        row.addWidget(self.redo)

    def _follow_view(self, field: str) -> None:
        view = self._view
        if field in {"tool", "compare", "shown"}:
            self._show_groups()
        elif field == "role":
            self.role.set_value(view.role)
        elif field == "brush_px":
            self.brush_size.set_value(view.brush_px)
        elif field == "pressure":
            self.pressure.setChecked(view.pressure)
        elif field == "stroke_lives":
            self.lives.set_value(view.stroke_lives)

    def _show_groups(self) -> None:
        view, tool = self._view, self._view.tool
        comparing = view.compare is not Compare.NONE
        reads = view.shown is Shown.MODEL and not comparing
        paints = tool in _PAINTS and not comparing and not reads
        wanted = {
            self._role: paints,
            self._sized: paints and tool in _SIZED,
            self._lives: paints and tool not in {Tool.POINT, Tool.BOX},
            self._compare: comparing,
        }
        for group, is_shown in sorted(wanted.items(), key=lambda item: item[1]):
            group.setVisible(is_shown)  # first what goes: the bar is never wider than it must be
        name = "columns" if comparing else "eye" if reads else TOOL_ICONS[tool]
        self.mark.setPixmap(icon(name).pixmap(size("icon"), size("icon")))
        title = tool.value.capitalize()
        self.title.setText("Compare" if comparing else "What the model sees" if reads else title)
        hint = "Judge in motion: drift and morphing hide on a still" if comparing else ""
        self.hint.setText(hint or ("" if reads else _HINTS.get(tool, "")))
        if comparing:
            self.compare.set_value(view.compare)
            self.angle.setEnabled(view.compare is Compare.WIPE)
            self.gain.setEnabled(view.compare is Compare.DIFFERENCE)

    def _follow_shot(self, shot: OpenShot | None) -> None:
        self._listen(shot.document if shot else None)
        for group in (self._role, self._sized, self._lives, self._compare):
            group.setEnabled(shot is not None)
        self._show_history()

    def _listen(self, document: QuadmaskDocument | None) -> None:
        if self._document is not None:
            self._document.history_changed.disconnect(self._show_history, missing_ok=True)
        self._document = document
        if document is not None:
            document.history_changed.connect(self._show_history)

    def _show_history(self) -> None:
        document, free = self._document, self._session.read_only is None
        self.undo.setEnabled(bool(document and free and document.can_undo))
        self.redo.setEnabled(bool(document and free and document.can_redo))

    def _step(self, *, back: bool) -> None:
        shot = self._session.shot
        if shot is not None:
            _ = shot.painting.undo() if back else shot.painting.redo()


def _group(parent: QWidget) -> tuple[QWidget, QHBoxLayout]:
    made = QWidget(parent)
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    return made, row
