"""Surround, memory, motion, worker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from void_studio.app.preferences import (
    LEAST_CAP_BYTES,
    Preferences,
    Surround,
    default_memory_cap,
)
from void_studio.gui.controls import (
    FormRow,
    NumberField,
    Segment,
    SegmentSwitch,
    label,
    titled,
)

__all__ = ["General"]

_GIB = 1 << 30
_MOST_GIB = 1024.0
_SURROUNDS = (
    Segment(Surround.DARK, "Dark", "A dark neutral grey, just above the window"),
    Segment(Surround.BLACK, "Black", "Black"),
    Segment(Surround.GREY, "18 % grey", "The grey that exposure is judged against"),
)


class General(QWidget):
    """The page of everything but keys."""

    def __init__(self, preferences: Preferences, parent: QWidget) -> None:
        super().__init__(parent)
        self._before = preferences
        self._surround = SegmentSwitch(
            "preferences.surround", "Around the picture", list(_SURROUNDS), self
        )
        self._surround.set_value(preferences.surround)
        self._own_cap = titled(
            QCheckBox("Own limit", self),
            "preferences.own_cap",
            "Own limit for frames in memory",
            tip="Otherwise a quarter of the memory, at most 8 GB",
        )
        self._cap = NumberField(
            "preferences.cap",
            "Frames in memory",
            self,
            low=LEAST_CAP_BYTES / _GIB,
            high=_MOST_GIB,
            step=0.5,
            decimals=2,
            unit="GB",
        )
        self._own_cap.setChecked(preferences.memory_cap_bytes is not None)
        self._cap.set_number(preferences.cap_bytes / _GIB)
        self._cap.setEnabled(self._own_cap.isChecked())
        self._own_cap.toggled.connect(self._cap_toggled)
        self._motion = titled(
            QCheckBox("Reduce motion", self),
            "preferences.motion",
            "Reduce motion",
            tip="Sections open and dialogs appear at once",
        )
        self._motion.setChecked(preferences.reduce_motion)
        self._worker = titled(
            QComboBox(self),
            "preferences.worker",
            "Worker for new shots",
            tip="This computer, or a worker that was added with void-studio worker add",
        )
        self.show_workers(())
        self._lay_out()

    def show_workers(self, names: Sequence[str]) -> None:
        """The workers that were added."""
        chosen = self._worker.currentData() or self._before.worker
        self._worker.clear()
        known = dict.fromkeys(("local", *names, chosen))
        for name in known:
            self._worker.addItem("This computer" if name == "local" else name, name)
        self._worker.setCurrentIndex(self._worker.findData(chosen))

    def preferences(self) -> Preferences:
        """What is set here; keys as they were."""
        surround = self._surround.value()
        return replace(
            self._before,
            surround=surround if isinstance(surround, Surround) else Surround.DARK,
            memory_cap_bytes=round(self._cap.value() * _GIB) if self._own_cap.isChecked() else None,
            reduce_motion=self._motion.isChecked(),
            worker=str(self._worker.currentData()),
        )

    def _cap_toggled(self, own: bool) -> None:
        self._cap.setEnabled(own)
        if not own:
            self._cap.set_number(default_memory_cap() / _GIB)

    def _lay_out(self) -> None:
        memory = QWidget(self)
        row = QHBoxLayout(memory)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self._own_cap)
        row.addWidget(self._cap)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(FormRow("Surround", self._surround, parent=self))
        column.addWidget(FormRow("Frames", memory, parent=self))
        column.addWidget(FormRow("Motion", self._motion, parent=self))
        column.addWidget(FormRow("Worker", self._worker, parent=self))
        column.addWidget(
            label(
                "Frames in memory are a quarter of this computer's memory by default, "
                "at most 8 GB. A new limit holds from the next shot on.",
                self,
                tone="hint",
                small=True,
                wrap=True,
            )
        )
        column.addStretch(1)
