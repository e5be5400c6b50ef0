"""Takes or versions as a list."""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QImage

from void_studio.app.session.takes import ResultRow, Shelf
from void_studio.gui.panels.picture import image_of

__all__ = ["PICTURE_ROLE", "RESULT_ROLE", "ResultModel"]

RESULT_ROLE = Qt.ItemDataRole.UserRole
PICTURE_ROLE = Qt.ItemDataRole.UserRole + 1

_Index = QModelIndex | QPersistentModelIndex


class ResultModel(QAbstractListModel):
    """Rows of a shelf with their small pictures."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[ResultRow, ...] = ()
        self._pictures: dict[str, QImage] = {}

    def show(self, rows: tuple[ResultRow, ...], shelf: Shelf | None) -> None:
        """Show these rows."""
        same = [row.id for row in rows] == [row.id for row in self._rows]
        if not same:
            self.beginResetModel()
        self._rows = rows
        for row in rows:
            pixels = shelf.picture(row) if shelf and row.id not in self._pictures else None
            if pixels is not None:
                self._pictures[row.id] = image_of(pixels)
        if same:
            self.dataChanged.emit(self.index(0), self.index(max(0, len(rows) - 1)))
        else:
            self.endResetModel()

    def row_at(self, index: _Index) -> ResultRow:
        """The take or version of an index."""
        return self._rows[index.row()]

    def place_of(self, row_id: str) -> int | None:
        """Where a row is in the list."""
        return next((at for at, row in enumerate(self._rows) if row.id == row_id), None)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  as Qt declares it
        """One for each."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The name, the row (RESULT_ROLE) and its picture (PICTURE_ROLE)."""
        row = self._rows[index.row()]
        if role == RESULT_ROLE:
            return row
        if role == PICTURE_ROLE:
            return self._pictures.get(row.id)
        if role == Qt.ItemDataRole.DisplayRole:
            return row.name
        return row.mark.note or None if role == Qt.ItemDataRole.ToolTipRole else None
