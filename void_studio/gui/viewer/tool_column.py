"""The tools, one below the other."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QButtonGroup, QToolButton, QVBoxLayout, QWidget

from void_studio.app.session import Compare, Session, Shown, Tool
from void_studio.gui.controls import icon_button, rule, tip_with_key
from void_studio.gui.theme import restyle, size
from void_studio.gui.viewer.canvas_words import TOOL_ICONS

__all__ = ["ToolColumn"]

_GROUPS = (
    (
        (Tool.SELECT, "Select", "V", "Click a matte to choose its layer"),
        (Tool.PAN, "Pan", "Shift+V", "Drag the picture; Space does the same while held"),
    ),
    (
        (Tool.BRUSH, "Brush", "B", "Paint; Shift-click a line, Alt erases"),
        (Tool.ERASER, "Eraser", "E", "Take paint away; Alt paints"),
        (Tool.LINE, "Line", "Shift+B", "A straight line of the brush's width"),
        (Tool.FILL, "Fill", "Shift+F", "Fill what the matte encloses"),
    ),
    (
        (Tool.LASSO, "Lasso", "Q", "Draw round it"),
        (Tool.POLYGON, "Polygon", "P", "Corner by corner; Enter closes"),
        (Tool.RECTANGLE, "Rectangle", "R", "From corner to corner"),
        (Tool.ELLIPSE, "Ellipse", "Shift+R", "From corner to corner"),
        (Tool.GRID, "VOID grid", "G", "Cells of VOID's own grid, on and off"),
    ),
    (
        (Tool.POINT, "Point prompt", "C", "Click the object; Alt-click what is not it"),
        (Tool.BOX, "Box prompt", "Shift+C", "Draw a box around the object"),
    ),
    ((Tool.FRAMING, "Framing", "Shift+K", "Shows where the engine's canvas lies"),),
)
_ALWAYS = (Tool.SELECT, Tool.PAN, Tool.FRAMING)


class ToolColumn(QWidget):
    """Reads and sets `view.tool`; painting tools are off where the view is read only, and say so.

    Scripts know the buttons as `tool.brush` and so on.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._view = session.view
        self.setObjectName("tools")
        self.setProperty("plane", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(size("tool_column"))
        self._group = QButtonGroup(self)
        self.buttons: dict[Tool, QToolButton] = {}
        self._tips: dict[Tool, str] = {}
        self._lay_out()
        self._view.changed.connect(self._follow_view)
        session.shot_changed.connect(self._follow_shot)
        self._follow_view("tool")
        self._follow_shot(session.shot)

    def release(self) -> None:
        """Stop listening to the session."""
        self._view.changed.disconnect(self._follow_view, missing_ok=True)
        self._session.shot_changed.disconnect(self._follow_shot, missing_ok=True)

    def set_compact(self, compact: bool) -> None:
        """Smaller buttons for a small window."""
        for button in self.buttons.values():
            restyle(button, compact=compact)

    def set_keys(self, keys: dict[Tool, str]) -> None:
        """Show other keys in the tips: the person's own."""
        for group in _GROUPS:
            for tool, title, _, line in group:
                self._tips[tool] = _tip(title, keys.get(tool, ""), line)
        self._follow_shot(self._session.shot)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 8, 6, 8)
        column.setSpacing(2)
        for number, group in enumerate(_GROUPS):
            if number:
                column.addSpacing(4)
                column.addWidget(rule(self))
                column.addSpacing(4)
            for tool, title, key, line in group:
                column.addWidget(self._made(tool, title, key, line))
        column.addStretch(1)

    def _made(self, tool: Tool, title: str, key: str, line: str) -> QToolButton:
        made = icon_button(f"tool.{tool.value}", title, TOOL_ICONS[tool], self, checkable=True)
        made.setIconSize(QSize(size("icon_tool"), size("icon_tool")))
        made.setProperty("tool", True)
        self._tips[tool] = _tip(title, key, line)
        made.clicked.connect(lambda: setattr(self._view, "tool", tool))
        self._group.addButton(made)
        self.buttons[tool] = made
        return made

    def _follow_view(self, field: str) -> None:
        if field == "tool":
            self.buttons[self._view.tool].setChecked(True)
        elif field in {"shown", "compare"}:
            self._follow_shot(self._session.shot)

    def _follow_shot(self, shot: object) -> None:
        view = self._view
        read_only = view.shown is Shown.MODEL or view.compare is not Compare.NONE
        reason = self._why_not(shot, read_only=read_only)
        for tool, button in self.buttons.items():
            off = shot is None or (bool(reason) and tool not in _ALWAYS)
            button.setEnabled(not off)
            button.setToolTip(reason if off else self._tips[tool])

    def _why_not(self, shot: object, *, read_only: bool) -> str:
        if shot is None:
            return "Choose a shot first."
        if self._session.read_only:
            return f"This project is open elsewhere ({self._session.read_only}): painting is off."
        return "Read only here. Press ` for Overlay." if read_only else ""


def _tip(title: str, key: str, line: str) -> str:
    shown = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) if key else ""
    return f"{tip_with_key(title, shown)}\n{line}"
