"""The key map: every action with its keys, and a field to give it another."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeySequence
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from void_studio.app.actions import ACTIONS, action, bound_keys, clashes
from void_studio.gui.controls import label, push_button, titled
from void_studio.gui.icons import icon
from void_studio.gui.theme import colour, restyle

__all__ = ["KeyMap"]

_PORTABLE = QKeySequence.SequenceFormat.PortableText
_NATIVE = QKeySequence.SequenceFormat.NativeText
_ID = Qt.ItemDataRole.UserRole


class KeyMap(QWidget):
    """`changed` tells that keys changed; `own` are those that differ from the defaults."""

    changed = Signal()

    def __init__(self, own: Mapping[str, tuple[str, ...]], parent: QWidget) -> None:
        super().__init__(parent)
        self._own = dict(own)
        self._find = titled(QLineEdit(self), "preferences.find_key", "Find an action")
        self._find.setPlaceholderText("Find an action")
        self._find.addAction(icon("magnifying-glass"), QLineEdit.ActionPosition.LeadingPosition)
        self._find.textChanged.connect(self._filter)
        self._list = self._made_list()
        self._field = titled(
            QKeySequenceEdit(self), "preferences.key", "New key", tip="Press the new key here"
        )
        self._field.setMaximumSequenceLength(1)
        self._field.editingFinished.connect(self._entered)
        self._note = label("", self, tone="warn", small=True, wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._find)
        column.addWidget(self._list, 1)
        column.addLayout(self._editor())
        column.addWidget(self._note)
        self._show_keys()
        self.choose(ACTIONS[0].id)

    @property
    def own(self) -> dict[str, tuple[str, ...]]:
        """A person's own keys by action id."""
        return dict(self._own)

    @property
    def problem(self) -> str:
        """What keeps these keys from being used; empty when nothing does."""
        found = clashes(ACTIONS, bound_keys(ACTIONS, self._own))
        if not found:
            return ""
        clash = found[0]
        names = " and ".join(action(action_id).text for action_id in clash.actions)
        return f"{QKeySequence(clash.key).toString(_NATIVE)} is claimed by {names}."

    def choose(self, action_id: str) -> None:
        """Select an action's row."""
        for row in range(self._list.topLevelItemCount()):
            item = self._list.topLevelItem(row)
            if item is not None and item.data(0, _ID) == action_id:
                self._list.setCurrentItem(item)

    def set_key(self, key: str) -> None:
        """Give the chosen action one key, as portable text; empty for none."""
        chosen = self._chosen()
        keys = (key,) if key else ()
        self._own[chosen] = keys
        if keys == action(chosen).keys:
            del self._own[chosen]
        self._show_keys()
        self.changed.emit()

    def _made_list(self) -> QTreeWidget:
        made = titled(QTreeWidget(self), "preferences.keys", "Actions and keys")
        made.setToolTip("")
        made.setRootIsDecorated(False)
        made.setUniformRowHeights(True)
        made.setProperty("framed", True)
        made.setHeaderLabels(["Menu", "Action", "Keys"])
        made.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        made.currentItemChanged.connect(lambda *_: self._field.clear())
        for entry in ACTIONS:
            item = QTreeWidgetItem([entry.menu[0], entry.text.rstrip("."), ""])
            item.setData(0, _ID, entry.id)
            item.setToolTip(1, entry.tip)
            made.addTopLevelItem(item)
        made.resizeColumnToContents(0)
        return made

    def _editor(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        words = label("New key", self, tone="secondary")
        words.setBuddy(self._field)
        row.addWidget(words)
        row.addWidget(self._field, 1)
        none = push_button("preferences.no_key", "No key", self)
        none.clicked.connect(lambda: self.set_key(""))
        default = push_button("preferences.default_key", "Default", self, tip="Its own key again")
        default.clicked.connect(self._to_default)
        every = push_button("preferences.all_default", "All defaults", self)
        every.clicked.connect(self._all_to_default)
        for button in (none, default, every):
            row.addWidget(button)
        return row

    def _entered(self) -> None:
        key = self._field.keySequence().toString(_PORTABLE)
        if key:
            self.set_key(key)

    def _to_default(self) -> None:
        self._own.pop(self._chosen(), None)
        self._show_keys()
        self.changed.emit()

    def _all_to_default(self) -> None:
        self._own.clear()
        self._show_keys()
        self.changed.emit()

    def _chosen(self) -> str:
        item = self._list.currentItem()
        return str(item.data(0, _ID)) if item is not None else ACTIONS[0].id

    def _show_keys(self) -> None:
        keys = bound_keys(ACTIONS, self._own)
        wrong = {name for clash in clashes(ACTIONS, keys) for name in clash.actions}
        for row in range(self._list.topLevelItemCount()):
            item = self._list.topLevelItem(row)
            if item is None:
                continue
            name = item.data(0, _ID)
            texts = [QKeySequence(key).toString(_NATIVE) for key in keys[name]]
            item.setText(2, ", ".join(texts))
            item.setForeground(2, QColor(colour("warn" if name in wrong else "text_1")))
        self._note.setText(self.problem)
        restyle(self._field, wrong=bool(self.problem))

    def _filter(self, wanted: str) -> None:
        sought = wanted.strip().lower()
        for row in range(self._list.topLevelItemCount()):
            item = self._list.topLevelItem(row)
            if item is not None:
                texts = " ".join(item.text(column) for column in range(3)).lower()
                item.setHidden(sought not in texts)
