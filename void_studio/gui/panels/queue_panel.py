"""The queue: what renders, how far it is, what helps when it fails."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QStackedLayout,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from void_studio.app.session.desk import RenderDesk
from void_studio.app.session.queue import JobPreview, QueueRow, QueueState, RenderQueue
from void_studio.gui.controls import icon_button, label, titled
from void_studio.gui.panels.log_dialog import LogDialog
from void_studio.gui.panels.picture import Picture, image_of
from void_studio.gui.panels.queue_delegate import StageDelegate
from void_studio.gui.panels.queue_model import Column, QueueModel
from void_studio.gui.panels.words import plural
from void_studio.gui.theme import size

__all__ = ["QueuePanel"]

_WIDTHS = {Column.SHOT: 220, Column.ENGINE: 120, Column.WORKER: 130}
_WIDTHS |= {Column.LEFT: 72, Column.STARTED: 84}
_PREVIEW_WIDTH = 300
_RETRIED = (QueueState.FAILED, QueueState.CANCELLED)


class QueuePanel(QWidget):
    """A table of orders, and the live preview of the one that is selected."""

    def __init__(self, desk: RenderDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("queue")
        self.setAccessibleName("Queue")
        self._desk = desk
        self._queue: RenderQueue | None = None
        self._model = QueueModel()
        self._table = self._made_table()
        self._empty = label("No jobs. Ctrl+Enter renders the shot.", self, tone="hint")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._count = label("", self, tone="hint", small=True)
        self._stop = icon_button("queue.stop", "Stop", "square", self, tip="Stop after this step")
        self._retry = icon_button("queue.retry", "Retry", "arrow-clockwise", self)
        self._log = icon_button("queue.log", "Log", "list-dashes", self, tip="What was told of it")
        self._remove = icon_button("queue.remove", "Remove from the list", "x", self)
        self._caption = label("Live preview", self, tone="secondary", small=True)
        self._picture = Picture("queue.preview", "Live preview", "No preview yet", self)
        self._lay_out()
        self._connect()
        self._attach()

    def _made_table(self) -> QTableView:
        table = titled(QTableView(self), "queue.table", "Jobs", tip="")
        table.setModel(self._model)
        table.setItemDelegateForColumn(Column.STAGE, StageDelegate(table))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(size("row"))
        heads = table.horizontalHeader()
        heads.setHighlightSections(False)
        heads.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        heads.setSectionResizeMode(Column.STAGE, QHeaderView.ResizeMode.Stretch)
        for column, width in _WIDTHS.items():
            table.setColumnWidth(column, width)
        return table

    def _lay_out(self) -> None:
        bar = QFrame(self)
        bar.setProperty("section", True)
        bar.setFixedHeight(size("section_head"))
        heads = QHBoxLayout(bar)
        heads.setContentsMargins(12, 0, 8, 0)
        heads.setSpacing(4)
        heads.addWidget(self._count, 1)
        for button in (self._stop, self._retry, self._log, self._remove):
            heads.addWidget(button)
        stack = QStackedLayout()
        stack.addWidget(self._table)
        stack.addWidget(self._empty)
        self._stack = stack
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(bar)
        left.addLayout(stack, 1)
        right = QVBoxLayout()
        right.setContentsMargins(12, 6, 12, 8)
        right.addWidget(self._caption)
        right.addWidget(self._picture, 1)
        self._side = QWidget(self)
        self._side.setLayout(right)
        self._side.setFixedWidth(_PREVIEW_WIDTH)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(left, 1)
        whole.addWidget(self._side)

    def _connect(self) -> None:
        self._desk.changed.connect(self._attach)
        self._desk.workers.changed.connect(self._show_count)
        self._table.selectionModel().selectionChanged.connect(lambda *_: self._show_selected())
        self._stop.clicked.connect(lambda: self._act(RenderQueue.cancel))
        self._retry.clicked.connect(lambda: self._act(RenderQueue.retry))
        self._remove.clicked.connect(lambda: self._act(RenderQueue.dismiss))
        self._log.clicked.connect(self._open_log)

    def _attach(self) -> None:
        """Turn to the queue of the project that is open."""
        self._queue = self._desk.queue
        if self._queue is not None:
            self._queue.changed.connect(lambda _: self._refresh())
            self._queue.previewed.connect(self._previewed)
        self._refresh()

    def _refresh(self) -> None:
        rows = self._queue.rows if self._queue else ()
        grew = len(rows) > self._model.rowCount()
        chosen = self._chosen()
        self._model.show(rows)
        self._stack.setCurrentWidget(self._table if rows else self._empty)
        place = 0 if grew or chosen is None else self._model.place_of(chosen.id)
        if rows and self._chosen() is None:
            self._select(place or 0)
        self._show_count()
        self._show_selected()

    def _select(self, place: int) -> None:
        flags = QItemSelectionModel.SelectionFlag
        self._table.selectionModel().select(
            self._model.index(place, 0), flags.ClearAndSelect | flags.Rows
        )

    def _chosen(self) -> QueueRow | None:
        found = self._table.selectionModel().selectedRows()
        return self._model.row_at(found[0]) if found else None

    def _show_count(self) -> None:
        rows = self._queue.rows if self._queue else ()
        going = sum(not row.state.is_end for row in rows)
        known = len(self._desk.workers.rows)
        self._count.setText(f"{plural(going, 'job')} under way, {plural(known, 'worker')}")

    def _show_selected(self) -> None:
        row = self._chosen()
        state = row.state if row else None
        self._stop.setEnabled(state is not None and not state.is_end)
        again = state is QueueState.STOPPING
        self._stop.setToolTip("End the process now" if again else "Stop after this step")
        self._retry.setEnabled(state in _RETRIED)
        self._remove.setEnabled(state is not None and state.is_end)
        self._log.setEnabled(row is not None)
        preview = self._queue.preview(row.id) if self._queue and row else None
        self._show_preview(preview)

    def _previewed(self, preview: JobPreview) -> None:
        row = self._chosen()
        if row is not None and row.id == preview.id:
            self._show_preview(preview)

    def _show_preview(self, preview: JobPreview | None) -> None:
        self._picture.show_image(image_of(preview.pixels) if preview else None)
        self._caption.setText(f"Live preview, frame {preview.frame}" if preview else "Live preview")

    def _act(self, what: Callable[[RenderQueue, str], None]) -> None:
        row = self._chosen()
        if row is not None and self._queue is not None:
            what(self._queue, row.id)

    def _open_log(self) -> None:
        row = self._chosen()
        if row is not None and self._queue is not None:
            LogDialog(row.shot_name, self._queue.log(row.id), self).open()
