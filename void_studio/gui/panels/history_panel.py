"""What was painted, newest first; a click goes back or forward to it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from void_studio.app.session.session import Session
from void_studio.gui.controls import label, titled
from void_studio.gui.panels.words import plural
from void_studio.gui.theme import colour
from void_studio.quadmask import Edit, QuadmaskDocument

__all__ = ["HistoryPanel", "edit_name"]

_MOST_ROWS = 200


class HistoryPanel(QWidget):
    """Steps that can be taken back, and those that were."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("history")
        self.setAccessibleName("History")
        self._session = session
        self._list = titled(QListWidget(self), "history.list", "Steps")
        self._list.setToolTip("")
        self._empty = label("Nothing painted yet.", self, tone="hint")
        self._empty.setContentsMargins(12, 12, 12, 12)
        self._memory = label("", self, tone="hint", small=True)
        self._memory.setContentsMargins(12, 6, 12, 6)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._empty)
        column.addWidget(self._list, 1)
        column.addWidget(self._memory)
        self._list.itemActivated.connect(self._go)
        self._list.itemClicked.connect(self._go)
        session.shot_changed.connect(lambda _: self._attach())
        self._attach()

    def _attach(self) -> None:
        document = self._document()
        if document is not None:
            document.history_changed.connect(self._refresh)
        self._refresh()

    def _document(self) -> QuadmaskDocument | None:
        return self._session.shot.document if self._session.shot else None

    def _refresh(self) -> None:
        document = self._document()
        done = document.history.done if document else ()
        undone = document.history.undone if document else ()
        self._list.clear()
        steps = [(edit, len(done) + place + 1) for place, edit in enumerate(reversed(undone))]
        for edit, step in reversed(steps[:_MOST_ROWS]):
            self._add(edit, step, undone=True)
        for place, edit in enumerate(reversed(done[-_MOST_ROWS:])):
            self._add(edit, len(done) - place, undone=False)
        self._empty.setVisible(not done and not undone)
        self._list.setVisible(bool(done or undone))
        megabytes = document.history.size_bytes / 2**20 if document else 0.0
        self._memory.setText(f"{plural(len(done), 'step')}, {megabytes:.1f} MB")

    def _add(self, edit: Edit, step: int, *, undone: bool) -> None:
        item = QListWidgetItem(f"{step}  {edit_name(edit)}")
        item.setData(Qt.ItemDataRole.UserRole, step)
        if undone:
            item.setForeground(colour("text_3"))
        self._list.addItem(item)

    def _go(self, item: QListWidgetItem) -> None:
        shot = self._session.shot
        if shot is None or self._session.read_only:
            return
        wanted = int(item.data(Qt.ItemDataRole.UserRole))
        while len(shot.document.history.done) > wanted and shot.painting.undo():
            pass
        while len(shot.document.history.done) < wanted and shot.painting.redo():
            pass


def edit_name(edit: Edit) -> str:
    """What a step did, in a few words."""
    if edit.layers_before is not None and edit.layers_after is not None:
        before, after = len(edit.layers_before), len(edit.layers_after)
        if after > before:
            return "New layer"
        return "Layer removed" if after < before else "Layer changed"
    frames = {atom.frame for atom in edit.atoms}
    if len(frames) == 1:
        return f"Painted on {min(frames)}"
    return f"Painted on {plural(len(frames), 'frame')}, {min(frames)} to {max(frames)}"
