"""Which version of which shot goes into the cut."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from void_studio.app.session.values import ShotRow
from void_studio.gui.controls import titled
from void_studio.gui.theme import colour, size

__all__ = ["ConformShots"]

_SHOT, _VERSION, _STATE = range(3)
_VERSION_WIDTH = 84
_SHOT_WIDTH = 160


class ConformShots(QTableWidget):
    """One row for each shot; `chosen_changed` tells that another choice was made."""

    chosen_changed = Signal()

    def __init__(
        self,
        shots: tuple[ShotRow, ...],
        folders: Mapping[str, Mapping[int, Path]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(len(shots), 3, parent)
        titled(self, "conform.shots", "Shots")
        self.setToolTip("")
        self._shots = shots
        self._folders = folders
        self._combos: dict[str, QComboBox] = {}
        self._set_up()
        for place, shot in enumerate(shots):
            self._fill(place, shot)
        self.itemChanged.connect(lambda _: self.chosen_changed.emit())

    def chosen(self) -> dict[str, Path]:
        """The folder of the version of every shot that is ticked."""
        found: dict[str, Path] = {}
        for place, shot in enumerate(self._shots):
            combo = self._combos.get(shot.id)
            item = self.item(place, _SHOT)
            if (
                combo is not None
                and item is not None
                and item.checkState() is Qt.CheckState.Checked
            ):
                found[shot.id] = self._folders[shot.id][int(combo.currentData())]
        return found

    def tick_newest(self) -> None:
        """Tick every shot that has a version, at its newest."""
        for place, shot in enumerate(self._shots):
            combo = self._combos.get(shot.id)
            item = self.item(place, _SHOT)
            if combo is not None and item is not None:
                combo.setCurrentIndex(0)
                item.setCheckState(Qt.CheckState.Checked)

    def _set_up(self) -> None:
        self.setHorizontalHeaderLabels(["Shot", "Version", "State"])
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(size("row"))
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        heads = self.horizontalHeader()
        heads.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        heads.setHighlightSections(False)
        heads.setSectionResizeMode(_STATE, QHeaderView.ResizeMode.Stretch)
        self.setColumnWidth(_SHOT, _SHOT_WIDTH)
        self.setColumnWidth(_VERSION, _VERSION_WIDTH)

    def _fill(self, place: int, shot: ShotRow) -> None:
        folders = self._folders.get(shot.id, {})
        item = QTableWidgetItem(shot.name)
        flags = Qt.ItemFlag.ItemIsSelectable
        if folders:
            flags |= Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable
            item.setCheckState(Qt.CheckState.Checked)
        else:
            item.setForeground(colour("text_3"))
            item.setCheckState(Qt.CheckState.Unchecked)
        item.setFlags(flags)
        self.setItem(place, _SHOT, item)
        state = QTableWidgetItem(_state(shot, bool(folders)))
        state.setForeground(colour("warn" if folders and shot.stale else "text_2"))
        state.setFlags(flags & ~Qt.ItemFlag.ItemIsUserCheckable)
        self.setItem(place, _STATE, state)
        if folders:
            self.setCellWidget(place, _VERSION, self._combo(shot, folders))
        else:
            none = QTableWidgetItem("\N{EN DASH}")
            none.setFlags(Qt.ItemFlag.NoItemFlags)
            self.setItem(place, _VERSION, none)

    def _combo(self, shot: ShotRow, folders: Mapping[int, Path]) -> QComboBox:
        made = titled(QComboBox(self), f"conform.version.{shot.name}", f"Version of {shot.name}")
        for number in sorted(folders, reverse=True):
            made.addItem(f"v{number:03d}", number)
        if shot.active in folders:
            made.setCurrentIndex(made.findData(shot.active))
        made.currentIndexChanged.connect(lambda _: self.chosen_changed.emit())
        self._combos[shot.id] = made
        return made


def _state(shot: ShotRow, has_version: bool) -> str:
    if not has_version:
        reason = "Media offline" if shot.offline else "" if shot.enabled else "Disabled in the cut"
        return f"{reason}, no version" if reason else "No version"
    if shot.stale:
        return "Stale: quadmask changed after it"
    use, uses = shot.uses
    return "Certified" + (f", {use} of {uses} uses" if uses > 1 else "")
