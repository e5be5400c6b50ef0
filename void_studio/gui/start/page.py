"""The start page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QModelIndex, QSize, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from void_studio import __version__
from void_studio.app.session import Recent
from void_studio.gui.controls import label, link_button, push_button, titled
from void_studio.gui.icons import icon
from void_studio.gui.start.cards import Card, Way
from void_studio.gui.start.computer import ComputerCard
from void_studio.gui.start.drop import DropField
from void_studio.gui.start.recents import RecentDelegate, RecentModel

__all__ = ["StartPage"]

_MOST_WIDE, _MOST_HIGH = 1640, 680


class StartPage(QWidget):
    """`path_chosen` carries a path, `explained` a Message; `look_again` asks for `doctor`."""

    path_chosen = Signal(object)
    look_again = Signal()
    explained = Signal(object)
    back_asked = Signal()
    shortcuts_asked = Signal()
    about_asked = Signal()

    def __init__(self, ways: Sequence[Way], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("start")
        self.setProperty("plane", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._cards = [Card(way, self) for way in ways]
        self._model = RecentModel(self)
        self.computer = ComputerCard(self)
        self.computer.look_again.connect(self.look_again)
        self.computer.explained.connect(self.explained)
        self._lay_out()

    def show_recents(self, recents: Sequence[Recent], missing: frozenset[Path]) -> None:
        """What was opened before; `missing` is no longer there."""
        self._model.show(recents, missing)
        self._stack.setCurrentIndex(1 if recents else 0)
        self._find.setEnabled(bool(recents))

    def show_checks(self, checks: list[Mapping[str, Any]]) -> None:
        """What `doctor` found."""
        self.computer.show_checks(checks)

    def offer_back(self, name: str) -> None:
        """Offer to go back to the open cut; with no name, do not."""
        self._back.setText(f"Back to {name}")
        self._back.setVisible(bool(name))

    def showEvent(self, event: QShowEvent) -> None:
        """The focus starts on the first way in."""
        super().showEvent(event)
        self._cards[0].setFocus()

    def _lay_out(self) -> None:
        inner = QWidget(self)
        inner.setMaximumSize(_MOST_WIDE, _MOST_HIGH)
        grid = QGridLayout(inner)
        grid.setContentsMargins(32, 0, 32, 0)
        grid.setHorizontalSpacing(40)
        for column, (part, share) in enumerate(
            ((self._ways(), 36), (self._recent_card(), 44), (self._computer_part(), 32))
        ):
            grid.addLayout(part, 0, column)
            grid.setColumnStretch(column, share)
        column_layout = QHBoxLayout(self)
        column_layout.setContentsMargins(0, 24, 0, 24)
        column_layout.addStretch(1)
        column_layout.addWidget(inner, 100)
        column_layout.addStretch(1)

    def _ways(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(label("Start", self, heading="start"))
        column.addWidget(
            label("Open a cut, choose a shot, paint what goes.", self, tone="secondary")
        )
        column.addSpacing(12)
        for card in self._cards:
            column.addWidget(card)
        column.addSpacing(8)
        drop = DropField(self)
        drop.dropped.connect(self.path_chosen)
        column.addWidget(drop, 1)
        column.addSpacing(8)
        column.addLayout(self._foot())
        return column

    def _foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self._back = push_button("start.back", "Back", self, tip="Back to the cut that is open")
        self._back.hide()
        self._back.clicked.connect(self.back_asked)
        keys = link_button("start.shortcuts", "Shortcuts", self, key="?")
        keys.clicked.connect(self.shortcuts_asked)
        about = link_button("start.about", "About and licences", self)
        about.clicked.connect(self.about_asked)
        for widget in (self._back, keys, about):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(label(f"Version {__version__}", self, tone="hint", small=True))
        return row

    def _recent_card(self) -> QVBoxLayout:
        card = QFrame(self)
        card.setProperty("card", True)
        self._find = titled(QLineEdit(card), "start.find", "Find in recent projects")
        self._find.setPlaceholderText("Find")
        self._find.addAction(icon("magnifying-glass"), QLineEdit.ActionPosition.LeadingPosition)
        self._find.setFixedWidth(180)
        head = QHBoxLayout()
        head.setContentsMargins(12, 10, 12, 10)
        head.addWidget(label("Recent", card, heading="card"))
        head.addStretch(1)
        head.addWidget(self._find)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(1, 0, 1, 1)
        inside.setSpacing(0)
        inside.addLayout(head)
        self._stack = QStackedLayout()
        empty = label("Nothing opened yet. The demo takes three minutes.", card, tone="secondary")
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack.addWidget(empty)
        self._stack.addWidget(self._list(card))
        inside.addLayout(self._stack, 1)
        column = QVBoxLayout()
        column.addWidget(card)
        return column

    def _list(self, parent: QWidget) -> QListView:
        view = titled(QListView(parent), "start.recents", "Recent projects")
        view.setToolTip("")
        proxy = QSortFilterProxyModel(self)
        proxy.setSourceModel(self._model)
        proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._find.textChanged.connect(proxy.setFilterFixedString)
        view.setModel(proxy)
        view.setItemDelegate(RecentDelegate(view))
        view.setMouseTracking(True)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setIconSize(QSize(64, 36))
        view.activated.connect(lambda index: self._chosen(proxy.mapToSource(index)))
        view.clicked.connect(lambda index: self._chosen(proxy.mapToSource(index)))
        return view

    def _chosen(self, index: QModelIndex) -> None:
        self.path_chosen.emit(self._model.recent(index.row()).path)

    def _computer_part(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.addWidget(self.computer)
        column.addStretch(1)
        return column
