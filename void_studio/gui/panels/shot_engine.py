"""Engine, parameters and worker of a shot."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QComboBox, QWidget

from void_studio.app.session.desk import RenderDesk
from void_studio.app.session.session import Session
from void_studio.app.session.values import ShotSettings
from void_studio.app.session.workers import LOCAL, WorkerState
from void_studio.engine import Exactness
from void_studio.gui.controls import FoldSection, FormRow, Segment, SegmentSwitch, label, titled
from void_studio.gui.panels.param_fields import ParamFields

__all__ = ["EngineSection"]

_NOT_HERE = frozenset(
    {"negative_prompt", "frame0_rule", "fresh_first", "fresh_last", "only_first", "only_last"}
)


class EngineSection(FoldSection):
    """What fills, how, and where."""

    def __init__(self, session: Session, desk: RenderDesk, parent: QWidget | None = None) -> None:
        super().__init__("engine", "Engine", parent)
        self._session = session
        self._desk = desk
        self._engine = titled(QComboBox(self), "engine.id", "Engine", tip="What fills the hole")
        self._worker = titled(QComboBox(self), "engine.worker", "Worker", tip="Where it renders")
        self._state = label("", self, tone="hint", small=True, wrap=True)
        self._allow = SegmentSwitch(
            "engine.allow",
            "Exactness",
            [
                Segment(Exactness.EXACT, "Exact", "Only plans that give the same numbers"),
                Segment(Exactness.NEAR, "Near", "Faster or smaller plans that differ a little"),
            ],
            self,
        )
        self._params = ParamFields(self)
        for combo in (self._engine, self._worker):
            combo.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
        self.body.addWidget(FormRow("Worker", self._worker))
        self.body.addWidget(self._state)
        self.body.addWidget(FormRow("Engine", self._engine))
        self.body.addWidget(FormRow("Numbers", self._allow))
        self.body.addWidget(self._params)
        self._connect()

    def _connect(self) -> None:
        self._desk.workers.changed.connect(self.refresh)
        self._engine.activated.connect(lambda _: self._choose_engine())
        self._worker.activated.connect(lambda _: self._choose_worker())
        self._allow.chosen.connect(self._choose_allow)
        self._params.changed.connect(lambda params: self._change(params=params))

    def refresh(self) -> None:
        """Show the settings of the open shot and what the worker offers."""
        shot = self._session.shot
        self.setEnabled(shot is not None and self._session.read_only is None)
        if shot is None:
            return
        settings = shot.settings
        self._show_workers(settings)
        self._show_engines(settings)
        self._allow.set_value(settings.allow)
        engine = self._desk.workers.row(settings.worker).engine(settings.engine)
        specs = engine.params if engine else ()
        shown = [spec for spec in specs if spec.name not in _NOT_HERE]
        self._params.show_params(shown, settings.params)
        self.set_note(_licence(engine.licence, engine.weights_licence) if engine else "")

    def _show_workers(self, settings: ShotSettings) -> None:
        rows = self._desk.workers.rows
        self._worker.clear()
        for row in rows:
            self._worker.addItem(row.title, row.name)
        self._worker.setCurrentIndex(max(0, self._worker.findData(settings.worker or LOCAL)))
        row = self._desk.workers.row(settings.worker)
        if row.state is WorkerState.UNASKED:
            self._desk.workers.ask(settings.worker)
        words = {
            WorkerState.UNASKED: "",
            WorkerState.ASKING: "Asking what it can do",
            WorkerState.READY: row.devices,
            WorkerState.OFFLINE: row.problem,
        }
        self._state.setText(words[row.state])
        self._state.setVisible(bool(words[row.state]))

    def _show_engines(self, settings: ShotSettings) -> None:
        row = self._desk.workers.row(settings.worker)
        self._engine.clear()
        for info in row.offered.engines if row.offered else ():
            self._engine.addItem(info.title, info.id)
        if row.offered is not None:
            for engine_id, reason in row.offered.switched_off.items():
                self._add_switched_off(engine_id, reason)
        if self._engine.findData(settings.engine) < 0:
            self._engine.addItem(settings.engine, settings.engine)
        self._engine.setCurrentIndex(self._engine.findData(settings.engine))

    def _add_switched_off(self, engine_id: str, reason: str) -> None:
        """An engine that can not run, listed but not to be chosen, with the reason."""
        from PySide6.QtCore import Qt
        from PySide6.QtGui import QStandardItemModel

        self._engine.addItem(f"{engine_id} (can not run here)", engine_id)
        place = self._engine.count() - 1
        self._engine.setItemData(place, reason, Qt.ItemDataRole.ToolTipRole)
        model = self._engine.model()
        if isinstance(model, QStandardItemModel):
            model.item(place).setEnabled(False)

    def _choose_engine(self) -> None:
        shot = self._session.shot
        engine = str(self._engine.currentData())
        if shot is not None and engine != shot.settings.engine:
            self._change(engine=engine, params={})

    def _choose_worker(self) -> None:
        name = str(self._worker.currentData())
        self._change(worker="" if name == LOCAL else name)
        self._desk.workers.ask(name)

    def _choose_allow(self, allow: object) -> None:
        self._change(allow=allow)

    def _change(self, **changes: object) -> None:
        shot = self._session.shot
        if shot is not None:
            settings = replace(shot.settings, **changes)  # type: ignore[arg-type]  # its fields
            shot.set_settings(settings)
            self.refresh()


def _licence(code: str, weights: str) -> str:
    return f"weights: {weights}" if weights else code
