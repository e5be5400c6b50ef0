"""The queue's orders as a table."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from void_studio.app.session.queue import QueueRow, QueueState
from void_studio.gui.icons import icon
from void_studio.gui.panels.words import clock, left

__all__ = ["BAR_ROLE", "ROW_ROLE", "Column", "QueueModel", "stage_text"]

ROW_ROLE = Qt.ItemDataRole.UserRole
BAR_ROLE = Qt.ItemDataRole.UserRole + 1

_Index = QModelIndex | QPersistentModelIndex


class Column(IntEnum):
    """The columns, left to right."""

    SHOT = 0
    ENGINE = 1
    WORKER = 2
    STAGE = 3
    LEFT = 4
    STARTED = 5


_HEADINGS = ("Shot", "Engine", "Worker", "Stage", "Left", "Started")
_ICONS = {
    QueueState.PREPARING: ("spinner-gap", "text_2"),
    QueueState.WAITING: ("clock", "text_2"),
    QueueState.RENDERING: ("play-fill", "accent"),
    QueueState.FINISHING: ("play-fill", "accent"),
    QueueState.STOPPING: ("square", "text_2"),
    QueueState.DONE: ("check-circle", "ok"),
    QueueState.FAILED: ("warning-circle", "error"),
    QueueState.CANCELLED: ("x-circle", "text_2"),
}
_WORDS = {
    QueueState.PREPARING: "Preparing",
    QueueState.WAITING: "Waiting",
    QueueState.RENDERING: "Rendering",
    QueueState.FINISHING: "Finishing",
    QueueState.STOPPING: "Stopping after this step",
    QueueState.DONE: "Done",
    QueueState.CANCELLED: "Stopped",
}


def stage_text(row: QueueRow) -> str:
    """What an order is doing, or why it is not."""
    if row.state is QueueState.FAILED:
        return row.text
    if row.state.is_end or row.state in (QueueState.WAITING, QueueState.STOPPING):
        return _WORDS[row.state]
    stage = row.stage.capitalize() or _WORDS[row.state]
    return f"{stage}, {row.done} of {row.total}" if row.total else stage


class QueueModel(QAbstractTableModel):
    """Rows as they are in the queue; `show` takes a new list."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[QueueRow, ...] = ()

    def show(self, rows: tuple[QueueRow, ...]) -> None:
        """Show these rows; the selection stays where the orders are the same."""
        if [row.id for row in rows] != [row.id for row in self._rows]:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
            return
        changed = [at for at, row in enumerate(rows) if row != self._rows[at]]
        self._rows = rows
        for at in changed:
            self.dataChanged.emit(self.index(at, 0), self.index(at, len(Column) - 1))

    def row_at(self, index: _Index) -> QueueRow:
        """The order that an index belongs to."""
        return self._rows[index.row()]

    def place_of(self, row_id: str) -> int | None:
        """Where an order is in the list."""
        return next((at for at, row in enumerate(self._rows) if row.id == row_id), None)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  as Qt declares it
        """One for each order."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  as Qt declares it
        """Those of `Column`."""
        return 0 if parent.isValid() else len(Column)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """The headings."""
        across = orientation is Qt.Orientation.Horizontal
        return _HEADINGS[section] if across and role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Texts, the state's icon, the share done (BAR_ROLE) and the row itself (ROW_ROLE)."""
        row, column = self._rows[index.row()], Column(index.column())
        if role == ROW_ROLE:
            return row
        if role == BAR_ROLE:
            running = not row.state.is_end and row.total > 0
            return row.done / row.total if running and column is Column.STAGE else None
        if role == Qt.ItemDataRole.DecorationRole and column is Column.SHOT:
            name, tone = _ICONS[row.state]
            return icon(name, tone=tone)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return _text(row, column)
        return None


def _text(row: QueueRow, column: Column) -> str:
    if column is Column.SHOT:
        return f"{row.shot_name} take {row.take:02d}" if row.take else row.shot_name
    if column is Column.ENGINE:
        return row.engine
    if column is Column.WORKER:
        return "this computer" if row.worker == "local" else row.worker
    if column is Column.STAGE:
        return stage_text(row)
    return left(row.eta_s) if column is Column.LEFT else clock(row.started_at)
