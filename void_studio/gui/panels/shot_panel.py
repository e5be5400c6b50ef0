"""The shot: what remains, how it is filled and finished, what it costs, and the button."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from void_studio.app.session.desk import RenderDesk
from void_studio.app.session.session import Session
from void_studio.app.session.shot import OpenShot
from void_studio.app.session.values import FramingChoice
from void_studio.core import FrameRange
from void_studio.gui.controls import (
    FoldSection,
    FormRow,
    NumberField,
    Segment,
    SegmentSwitch,
    chip,
    label,
    main_button,
    push_button,
    titled,
)
from void_studio.gui.panels.fill_words import fill_resolution
from void_studio.gui.panels.prompt_menu import PromptMenu
from void_studio.gui.panels.prompt_remarks import MOST_TOKENS, PromptRemarks
from void_studio.gui.panels.shot_engine import EngineSection
from void_studio.gui.panels.words import plural
from void_studio.quadmask import Role

__all__ = ["ShotPanel"]

_PROMPT_HEIGHT = 56
_QUIET_MS = 400
_STILL_MS = 700
_MOST_HANDLES = 200
_WIDEST_FEATHER = 16


class ShotPanel(QWidget):
    """Set up and render the open shot. Buttons and their reason stay while the rest scrolls."""

    def __init__(self, session: Session, desk: RenderDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("shot")
        self.setAccessibleName("Shot")
        self._session = session
        self._desk = desk
        self._name = label("", self, heading="card")
        self._uses = chip("", "neutral", self)
        self._revision = label("", self, tone="hint", small=True)
        self._empty = label("Choose a shot to set up its render.", self, tone="hint", wrap=True)
        self._scene = FoldSection("scene", "Scene after removal", self)
        self._prompt = titled(QPlainTextEdit(self), "shot.prompt", "Prompt", tip="What remains")
        self._negative = titled(
            QPlainTextEdit(self), "shot.negative", "Negative prompt", tip="What shall not appear"
        )
        self._remarks = PromptRemarks(self)
        self._prompts = PromptMenu(self._earlier_prompts, self)
        self._scene.add_to_header(self._prompts)
        self._engine = EngineSection(session, desk, self)
        self._finish = FoldSection("finish", "Framing and finish", self)
        self._framing = self._made_framing()
        self._fill_at = label("", self, tone="secondary", small=True, wrap=True)
        self._handles = NumberField(
            "shot.handles",
            "Handles",
            self,
            low=0,
            high=_MOST_HANDLES,
            unit="frames",
            tip="Frames rendered on each side of what the cut shows",
        )
        self._feather = NumberField(
            "shot.feather",
            "Feather",
            self,
            low=0,
            high=_WIDEST_FEATHER,
            decimals=1,
            unit="px",
            tip="How far the fill blends outwards, in plate pixels",
        )
        self._grain = titled(QCheckBox("Match grain of the plate", self), "shot.grain", "Grain")
        self._frame0 = titled(
            QCheckBox("Clear the affected area, as in training", self),
            "shot.frame0",
            "First frame",
            tip="VOID never saw an affected area in the first frame",
        )
        self._frames = label("", self, heading="card")
        self._estimate = label("", self, tone="secondary", small=True, wrap=True)
        self._reason = label("", self, tone="hint", small=True, wrap=True)
        self._render = main_button("shot.render", "Render take", self, key="Ctrl+Enter")
        self._draft = push_button(
            "shot.draft", "Draft", self, tip="Render with the draft engine: no model, no GPU"
        )
        self._part = push_button(
            "shot.part", "In\N{EN DASH}Out only", self, tip="Render the frames from in to out alone"
        )
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_QUIET_MS)
        self._still = QTimer(self)
        self._still.setSingleShot(True)
        self._still.setInterval(_STILL_MS)
        self._lay_out()
        self._connect()
        self._attach()

    def _made_framing(self) -> SegmentSwitch:
        return SegmentSwitch(
            "shot.framing",
            "Framing",
            [
                Segment(FramingChoice.AUTO, "Auto", "Crop where that gives more resolution"),
                Segment(FramingChoice.FULL, "Full", "The whole plate on the canvas"),
                Segment(FramingChoice.CROP, "Crop", "Around what is filled"),
            ],
            self,
        )

    def _lay_out(self) -> None:
        heads = QHBoxLayout()
        heads.setContentsMargins(12, 8, 12, 8)
        heads.setSpacing(8)
        heads.addWidget(self._name)
        heads.addWidget(self._uses)
        heads.addStretch(1)
        heads.addWidget(self._revision)
        for field, words in (
            (self._prompt, "Describe what is seen when it is gone"),
            (self._negative, "Negative, used where guidance is above 1"),
        ):
            field.setPlaceholderText(words)
            field.setTabChangesFocus(True)
            self._scene.body.addWidget(field)
        self._scene.body.insertWidget(1, self._remarks)
        self._prompt.setFixedHeight(_PROMPT_HEIGHT)
        self._negative.setFixedHeight(30)
        self._negative.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for row in (
            FormRow("Framing", self._framing),
            self._fill_at,
            FormRow("Handles", self._handles),
            FormRow("Feather", self._feather),
            FormRow("Grain", self._grain),
            FormRow("First frame", self._frame0),
        ):
            self._finish.body.addWidget(row)
        self._inside = QWidget(self)
        column = QVBoxLayout(self._inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(heads)
        for section in (self._scene, self._engine, self._finish):
            column.addWidget(section)
        column.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._inside)
        self._empty.setContentsMargins(12, 12, 12, 12)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._empty)
        whole.addWidget(scroll, 1)
        whole.addWidget(self._foot())

    def _foot(self) -> QFrame:
        foot = QFrame(self)
        foot.setProperty("section", True)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._render, 1)
        buttons.addWidget(self._draft)
        buttons.addWidget(self._part)
        column = QVBoxLayout(foot)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(6)
        column.addWidget(self._frames)
        column.addWidget(self._estimate)
        column.addWidget(self._reason)
        column.addLayout(buttons)
        return foot

    def _connect(self) -> None:
        self._session.shot_changed.connect(lambda _: self._attach())
        self._session.settings_changed.connect(lambda _: self._show())
        self._session.view.changed.connect(self._view_changed)
        self._desk.changed.connect(self._show)
        self._desk.workers.changed.connect(self._show_reason)
        self._desk.workers.changed.connect(self._look_later)
        self._later.timeout.connect(self._keep_words)
        self._still.timeout.connect(self._desk.look_at_framing)
        self._desk.framing.changed.connect(self._show_fill_at)
        self._prompt.textChanged.connect(self._later.start)
        self._prompt.textChanged.connect(self._lint)
        self._negative.textChanged.connect(self._later.start)
        self._prompts.chosen.connect(self._prompt.setPlainText)
        self._framing.chosen.connect(lambda choice: self._change(framing=choice))
        self._handles.entered.connect(lambda count: self._change(handles=int(count)))
        self._feather.entered.connect(lambda px: self._change(feather=px))
        self._grain.toggled.connect(lambda on: self._change(grain=on))
        self._frame0.toggled.connect(lambda on: self._change(frame0_rule=on))
        self._render.clicked.connect(self.render_take)
        self._draft.clicked.connect(lambda: self.render_take(draft=True))
        self._part.clicked.connect(self.render_part)

    def render_take(self, *, draft: bool = False) -> None:
        """Render the open shot as it is set up, or with the draft engine."""
        self._keep_words()
        self._desk.render(draft=draft)

    def render_part(self) -> None:
        """Render the frames from in to out alone."""
        self._keep_words()
        frames = self._in_out()
        if frames is not None:
            self._desk.render(frames=frames)

    def _in_out(self) -> FrameRange | None:
        shot = self._session.shot
        return self._session.view.in_out(shot.work) if shot is not None else None

    def _attach(self) -> None:
        shot = self._session.shot
        if shot is not None:
            self._fill_words(shot)
            shot.document.history_changed.connect(self._show_reason)
            shot.document.history_changed.connect(self._look_later)
        self._show()

    def _fill_words(self, shot: OpenShot) -> None:
        for field, words in (
            (self._prompt, shot.settings.prompt),
            (self._negative, shot.settings.negative),
        ):
            field.blockSignals(True)
            field.setPlainText(words)
            field.blockSignals(False)
        self._lint()

    def _earlier_prompts(self) -> tuple[str, ...]:
        shot = self._session.shot
        return shot.settings.earlier_prompts if shot is not None else ()

    def _lint(self) -> None:
        shot = self._session.shot
        removing = shot.document.layers if shot is not None else ()
        names = [layer.name for layer in removing if layer.role is Role.REMOVE]
        tokens = self._remarks.show_prompt(self._prompt.toPlainText().strip(), names)
        self._scene.set_note(f"about {tokens} of {MOST_TOKENS} tokens" if tokens else "")

    def _show(self) -> None:
        shot = self._session.shot
        self._empty.setVisible(shot is None)
        self._inside.setVisible(shot is not None)
        if shot is not None:
            self._show_settings(shot)
        self._engine.refresh()
        self._still.start()
        self._show_fill_at()
        self._show_reason()

    def _show_settings(self, shot: OpenShot) -> None:
        settings, (use, uses) = shot.settings, shot.row.uses
        if settings.prompt != self._prompt.toPlainText().strip() and not self._prompt.hasFocus():
            self._fill_words(shot)
        self._name.setText(shot.row.name)
        self._uses.setText(f"{use} of {uses} uses")
        self._uses.setVisible(uses > 1)
        self._framing.set_value(settings.framing)
        self._handles.set_number(settings.handles)
        self._feather.set_number(settings.feather)
        for box, on in ((self._grain, settings.grain), (self._frame0, settings.frame0_rule)):
            box.blockSignals(True)
            box.setChecked(on)
            box.blockSignals(False)
        editable = self._session.read_only is None
        for control in (self._prompt, self._negative, self._finish):
            control.setEnabled(editable)

    def _show_reason(self) -> None:
        shot = self._session.shot
        if shot is not None:
            self._revision.setText(f"Revision {shot.document.revision}")
            work = shot.work.shifted(shot.numbering_offset)
            span = f"{work.start}\N{EN DASH}{work.last}"
            self._frames.setText(f"{plural(len(work), 'frame')}, {span}")
        estimate = self._desk.estimate()
        self._frames.setVisible(shot is not None)
        self._estimate.setText(estimate)
        self._estimate.setVisible(bool(estimate))
        reason = self._desk.why_not()
        draft_reason = self._desk.why_not(draft=True)
        self._reason.setText(reason)
        self._reason.setVisible(bool(reason) and shot is not None)
        self._render.setEnabled(not reason)
        self._draft.setEnabled(not draft_reason)
        part = self._in_out()
        whole = shot is None or part == shot.work
        self._part.setEnabled(not reason and not whole)
        self._part.setToolTip(
            "Set in (I) and out (O) first" if whole else "Render the frames from in to out alone"
        )

    def _look_later(self) -> None:
        """Once nothing has changed for a moment."""
        self._still.start()

    def _show_fill_at(self) -> None:
        framing = self._desk.framing.framing
        self._fill_at.setText(fill_resolution(framing) if framing is not None else "")
        self._fill_at.setVisible(framing is not None)

    def _view_changed(self, name: str) -> None:
        if name in ("in_frame", "out_frame"):
            self._show_reason()

    def _keep_words(self) -> None:
        self._later.stop()
        prompt = self._prompt.toPlainText().strip()
        self._change(prompt=prompt, negative=self._negative.toPlainText().strip())

    def _change(self, **changes: object) -> None:
        shot = self._session.shot
        if shot is None or self._session.read_only:
            return
        settings = replace(shot.settings, **changes)  # type: ignore[arg-type]  # its fields
        if settings != shot.settings:
            shot.set_settings(settings)
            self._still.start()
            self._show_reason()
