"""Versions into the cut: for whom, where, and what the file can not carry."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from void_studio.app.conforming import ConformOutcome
from void_studio.app.session.cutting import Cutting, CuttingOrder
from void_studio.app.session.session import Session
from void_studio.app.session.values import Level, Message
from void_studio.gui.controls import (
    ElidedLabel,
    FormRow,
    Segment,
    SegmentSwitch,
    chip,
    icon_button,
    label,
    main_button,
    push_button,
    rule,
    titled,
)
from void_studio.gui.icons import icon
from void_studio.gui.panels.conform_shots import ConformShots
from void_studio.gui.panels.words import plural
from void_studio.gui.theme import size
from void_studio.timeline import Placement, Profile

__all__ = ["ConformDialog"]

_PROFILES = {
    Profile.CANONICAL: ("Working file", "All versions, the plate kept"),
    Profile.RESOLVE: ("DaVinci Resolve", "One reference each, full paths"),
    Profile.PREMIERE: ("Premiere", "One reference each, full paths"),
}
_SIZE = (960, 640)


class ConformDialog(QDialog):
    """Works out the file anew at every change; writes only when asked.

    `folders` are the published versions of each shot, by number.
    """

    def __init__(
        self,
        session: Session,
        cutting: Cutting,
        folders: Mapping[str, Mapping[int, Path]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("conform")
        self.setWindowTitle("Conform")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*_SIZE)
        self._session = session
        self._cutting = cutting
        self._own_name = True
        self._shots = ConformShots(session.shots, folders, self)
        self._newest = push_button("conform.newest", "Newest of each", self)
        self._count = label("", self, tone="secondary", small=True)
        self._profiles = {profile: self._radio(profile) for profile in _PROFILES}
        self._placement = SegmentSwitch(
            "conform.placement",
            "Placement",
            [
                Segment(Placement.REPLACE, "Replace in place", "In the place of the plate"),
                Segment(Placement.TRACK, "Top track", "On a new track above the cut"),
            ],
            self,
        )
        self._placement.set_value(Placement.REPLACE)
        self._file = titled(QLineEdit(self), "conform.file", "File", tip="What is written")
        self._browse = icon_button("conform.browse", "Choose a file", "folder-open", self)
        self._report = titled(QListWidget(self), "conform.report", "Lost in translation")
        self._losses = chip("", "warn", self)
        self._touched = ElidedLabel("", self)
        self._save = push_button("conform.save", "Save report...", self)
        self._cancel = push_button("conform.cancel", "Cancel", self)
        self._write = main_button("conform.write", "Write", self)
        self._lay_out()
        self._connect()
        self._profiles[Profile.RESOLVE].setChecked(True)

    def _radio(self, profile: Profile) -> QRadioButton:
        title, words = _PROFILES[profile]
        made = titled(QRadioButton(title, self), f"conform.{profile.value}", title, tip=words)
        made.toggled.connect(lambda on: self._choose_profile() if on else None)
        return made

    def _lay_out(self) -> None:
        heads = QHBoxLayout()
        heads.setContentsMargins(16, 12, 16, 12)
        heads.setSpacing(12)
        heads.addWidget(label("Conform", self, heading="dialog"))
        name = self._cutting.timeline.name
        words = f"{name}, {plural(len(self._session.shots), 'shot')}"
        heads.addWidget(label(words, self, tone="secondary"))
        heads.addStretch(1)
        top = QHBoxLayout()
        top.setContentsMargins(16, 12, 16, 12)
        top.setSpacing(24)
        top.addLayout(self._left(), 1)
        top.addLayout(self._right(), 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(heads)
        column.addWidget(rule(self))
        column.addLayout(top, 3)
        column.addWidget(rule(self))
        column.addLayout(self._lost(), 2)
        column.addWidget(rule(self))
        column.addLayout(self._foot())

    def _left(self) -> QVBoxLayout:
        under = QHBoxLayout()
        under.addWidget(self._newest)
        under.addStretch(1)
        under.addWidget(self._count)
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(self._shots, 1)
        column.addLayout(under)
        return column

    def _right(self) -> QVBoxLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(4)
        grid.setHorizontalSpacing(12)
        for place, (profile, button) in enumerate(self._profiles.items()):
            grid.addWidget(button, place, 0)
            words = label(_PROFILES[profile][1], self, tone="hint", small=True)
            grid.addWidget(words, place, 1)
        grid.setColumnStretch(1, 1)
        field = QWidget(self)
        row = QHBoxLayout(field)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self._file.setProperty("mono", True)
        row.addWidget(self._file, 1)
        row.addWidget(self._browse)
        untouched = f"{self._cutting.timeline.name} is not touched."
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(label("Write for", self, heading="row"))
        column.addLayout(grid)
        column.addWidget(FormRow("Placement", self._placement))
        column.addWidget(FormRow("File", field))
        column.addWidget(label(untouched, self, tone="hint", small=True, wrap=True))
        column.addStretch(1)
        return column

    def _lost(self) -> QVBoxLayout:
        heads = QHBoxLayout()
        heads.setSpacing(8)
        heads.addWidget(label("Lost in translation", self, heading="row"))
        heads.addWidget(label("What the file can not carry", self, tone="hint", small=True))
        heads.addStretch(1)
        heads.addWidget(self._losses)
        self._report.setWordWrap(True)
        self._report.setIconSize(QSize(size("icon"), size("icon")))
        self._report.setToolTip("")
        column = QVBoxLayout()
        column.setContentsMargins(16, 8, 16, 8)
        column.addLayout(heads)
        column.addWidget(self._report, 1)
        return column

    def _foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(16, 12, 16, 12)
        row.setSpacing(8)
        row.addWidget(self._touched, 1)
        for button in (self._save, self._cancel, self._write):
            button.setProperty("large", True)
            row.addWidget(button)
        return row

    def _connect(self) -> None:
        self._shots.chosen_changed.connect(self._plan)
        self._newest.clicked.connect(self._shots.tick_newest)
        self._placement.chosen.connect(lambda _: self._plan())
        self._file.textEdited.connect(self._name_file)
        self._file.editingFinished.connect(self._plan)
        self._browse.clicked.connect(self._choose_file)
        self._save.clicked.connect(self._save_report)
        self._cancel.clicked.connect(self.reject)
        self._write.clicked.connect(self._do_write)
        self._cutting.planned.connect(self._show_plan)
        self._cutting.written.connect(self._told)

    def done(self, result: int) -> None:
        """Let go of the cutting."""
        self._cutting.planned.disconnect(self._show_plan, missing_ok=True)
        self._cutting.written.disconnect(self._told, missing_ok=True)
        super().done(result)

    def _profile(self) -> Profile:
        return next(each for each, button in self._profiles.items() if button.isChecked())

    def _choose_profile(self) -> None:
        if self._own_name:
            self._file.setText(str(self._cutting.default_out(self._profile())))
        self._plan()

    def _name_file(self) -> None:
        self._own_name = False

    def _choose_file(self) -> None:
        found, _ = QFileDialog.getSaveFileName(
            self, "Write the timeline", self._file.text(), "OpenTimelineIO (*.otio)"
        )
        if found:
            self._own_name = False
            self._file.setText(found)
            self._plan()

    def _plan(self) -> None:
        chosen = self._shots.chosen()
        self._count.setText(f"{len(chosen)} of {len(self._session.shots)} chosen")
        placement = self._placement.value()
        self._write.setEnabled(False)
        self._write.setText(f"Write {plural(len(chosen), 'version')}")
        self._touched.setText("Working out the file" if chosen else "")
        if isinstance(placement, Placement):
            out = Path(self._file.text())
            self._cutting.plan(CuttingOrder(chosen, self._profile(), placement, out))

    def _show_plan(self) -> None:
        outcome, problem = self._cutting.outcome, self._cutting.problem
        self._report.clear()
        self._write.setEnabled(outcome is not None)
        self._save.setEnabled(outcome is not None)
        self._losses.setVisible(bool(outcome and outcome.losses))
        if problem is not None:
            self._add_line(problem.line(), "x-circle", "error")
            self._touched.setText(problem.what)
            self._write.setToolTip(problem.line())
        elif outcome is None:
            self._add_line("Choose at least one version.", "info", "text_2")
            self._touched.setText("")
            self._write.setToolTip("No version is chosen")
        else:
            self._show_outcome(outcome)

    def _show_outcome(self, outcome: ConformOutcome) -> None:
        self._losses.setText(f"{len(outcome.losses)} to know")
        for loss in outcome.losses:
            self._add_line(loss[:1].upper() + loss[1:], "warning", "warn")
        if not outcome.losses:
            words = "This file carries all of this cut that VOID Studio knows of."
            self._add_line(words, "check-circle", "ok")
        self._touched.setText(
            "A new timeline, converted" if outcome.converted else _touched(outcome.bytes_changed)
        )
        self._write.setToolTip(f"Write {outcome.out}")

    def _add_line(self, text: str, name: str, tone: str) -> None:
        self._report.addItem(QListWidgetItem(icon(name, tone=tone), text))

    def _save_report(self) -> None:
        outcome = self._cutting.outcome
        default = str(Path(self._file.text()).with_suffix(".report.txt"))
        found, _ = QFileDialog.getSaveFileName(self, "Save the report", default, "Text (*.txt)")
        if found and outcome is not None:
            self._cutting.save_report(Path(found))

    def _do_write(self) -> None:
        self._write.setEnabled(False)
        self._cutting.write()

    def _told(self, outcome: ConformOutcome) -> None:
        words = f"Timeline written, {plural(len(outcome.versions), 'version')}"
        self._session.tell(Message(Level.INFO, words, where=str(outcome.out)))
        self.accept()


def _touched(count: int) -> str:
    return f"{count:,} bytes differ from the original; taking the versions out gives it back."
