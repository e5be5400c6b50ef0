"""A list of takes or versions that is as high as its rows."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from void_studio.app.session.marks import MOST_STARS
from void_studio.app.session.takes import ResultRow, Shelf
from void_studio.gui.controls import titled
from void_studio.gui.panels.result_delegate import ResultDelegate
from void_studio.gui.panels.result_model import ResultModel
from void_studio.gui.theme import size

__all__ = ["ResultList"]

_MOST_ROWS = 4


class ResultList(QListView):
    """`picked` carries the id of the row that was turned to, `opened` that of a double click.

    `starred` carries the number of a key from 0 to the most stars there are.
    """

    picked = Signal(str)
    opened = Signal(str)
    starred = Signal(int)

    def __init__(self, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        titled(self, name, title)
        self.setToolTip("")
        self._rows = ResultModel()
        self.setModel(self._rows)
        self.setItemDelegate(ResultDelegate(self))
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.selectionModel().selectionChanged.connect(lambda *_: self._picked())
        self.doubleClicked.connect(lambda index: self.opened.emit(self._rows.row_at(index).id))

    def show_rows(self, rows: tuple[ResultRow, ...], shelf: Shelf | None) -> None:
        """Show these; as high as they are, up to four."""
        chosen = self.chosen()
        self._rows.show(rows, shelf)
        self.setFixedHeight(max(1, min(len(rows), _MOST_ROWS)) * size("version_row"))
        if chosen is not None:
            self.choose(chosen)

    def chosen(self) -> str | None:
        """The id of the selected row."""
        found = self.selectionModel().selectedRows()
        return self._rows.row_at(found[0]).id if found else None

    def choose(self, row_id: str | None) -> None:
        """Select a row, or none; nothing is emitted for none."""
        place = self._rows.place_of(row_id) if row_id is not None else None
        if place is None:
            self.clearSelection()
            return
        flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.selectionModel().setCurrentIndex(self._rows.index(place), flag)

    def sizeHint(self) -> QSize:
        """As wide as a panel."""
        return QSize(size("label_column") * 3, self.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits give stars; all else as in every list."""
        if event.text().isdecimal() and int(event.text()) <= MOST_STARS:
            self.starred.emit(int(event.text()))
        else:
            super().keyPressEvent(event)

    def _picked(self) -> None:
        chosen = self.chosen()
        if chosen is not None:
            self.picked.emit(chosen)
