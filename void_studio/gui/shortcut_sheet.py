"""Every key and what it does, as it is bound now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from void_studio.app.actions import ACTIONS, GESTURES, MENUS, clashes
from void_studio.gui.controls import SheetDialog, key_cap, label, push_button, rule, titled
from void_studio.gui.icons import icon

__all__ = ["ShortcutSheet"]

_COLUMNS = 3
_HEAD_WEIGHT = 3


@dataclass(frozen=True, slots=True)
class _Row:
    group: str
    text: str
    keys: tuple[tuple[str, ...], ...]
    clashes: bool


class ShortcutSheet(SheetDialog):
    """Three columns in the order of the menus; `change_asked` asks for the preferences."""

    change_asked = Signal()

    def __init__(self, keys: Mapping[str, tuple[str, ...]], parent: QWidget) -> None:
        super().__init__("shortcuts", "Shortcuts", parent, width=1180, height=760)
        self._rows = tuple(_rows(keys))
        self._find = titled(QLineEdit(self), "shortcuts.find", "Find a shortcut")
        self._find.setPlaceholderText("Find a shortcut")
        self._find.addAction(icon("magnifying-glass"), QLineEdit.ActionPosition.LeadingPosition)
        self._find.setFixedWidth(220)
        self._find.textChanged.connect(self._fill)
        change = push_button("shortcuts.change", "Change keys...", self)
        change.clicked.connect(self.change_asked)
        self.head.addWidget(self._find)
        self.head.addWidget(change)
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.body.addWidget(self._area)
        wrong = sum(row.clashes for row in self._rows)
        note = f"{wrong} keys are claimed twice" if wrong else "Keys are those of your key map"
        self.foot.addWidget(label(note, self, tone="warn" if wrong else "secondary", small=True))
        self.foot.addStretch(1)
        self.foot.addWidget(label("Esc closes", self, tone="hint", small=True))
        self._fill("")
        self._find.setFocus()

    def _fill(self, wanted: str) -> None:
        sought = wanted.strip().lower()
        rows = [
            row
            for row in self._rows
            if not sought or sought in f"{row.text} {row.keys} {row.group}".lower()
        ]
        page = QWidget(self)
        page.setProperty("plane", "panel")
        across = QHBoxLayout(page)
        across.setContentsMargins(24, 16, 24, 16)
        across.setSpacing(40)
        for groups in _columns(rows):
            across.addLayout(_column(groups, page), 1)
        self._area.setWidget(page)


def _rows(keys: Mapping[str, tuple[str, ...]]) -> Iterable[_Row]:
    wrong = {action_id for clash in clashes(ACTIONS, keys) for action_id in clash.actions}
    for menu in MENUS:
        for entry in ACTIONS:
            if entry.menu[0] == menu and keys[entry.id]:
                shown = tuple(_parts(key) for key in keys[entry.id][:2])
                yield _Row(menu, entry.text.rstrip("."), shown, entry.id in wrong)
        for gesture in GESTURES:
            if gesture.group == menu:
                yield _Row(menu, gesture.text, (gesture.parts,), clashes=False)


def _parts(key: str) -> tuple[str, ...]:
    native = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
    if native.endswith("+"):
        return (*native[:-2].split("+"), "+") if len(native) > 1 else ("+",)
    return tuple(native.split("+"))


def _columns(rows: list[_Row]) -> list[list[list[_Row]]]:
    """Groups spread over the columns, in order, about equally high."""
    groups = [group for menu in MENUS if (group := [row for row in rows if row.group == menu])]
    weights = [len(group) + _HEAD_WEIGHT for group in groups]
    share = sum(weights) / _COLUMNS if weights else 0
    columns: list[list[list[_Row]]] = [[] for _ in range(_COLUMNS)]
    filled = 0.0
    for group, weight in zip(groups, weights, strict=True):
        columns[min(int((filled + weight / 2) / share), _COLUMNS - 1)].append(group)
        filled += weight
    return columns


def _column(groups: list[list[_Row]], parent: QWidget) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(0)
    for group in groups:
        column.addWidget(label(group[0].group, parent, heading="card"))
        column.addSpacing(6)
        column.addWidget(rule(parent))
        column.addSpacing(4)
        for row in group:
            column.addWidget(_line(row, parent))
        column.addSpacing(20)
    column.addStretch(1)
    return column


def _line(row: _Row, parent: QWidget) -> QWidget:
    made = QWidget(parent)
    made.setFixedHeight(24)
    across = QHBoxLayout(made)
    across.setContentsMargins(0, 0, 0, 0)
    across.setSpacing(4)
    across.addWidget(label(row.text, made, tone="warn" if row.clashes else ""), 1)
    for index, parts in enumerate(row.keys):
        if index:
            across.addWidget(label("or", made, tone="hint", small=True))
        for part in parts:
            across.addWidget(key_cap(part, made))
    return made
