"""Ask a vision model what the object touched: look at what is sent, then send it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from void_studio.app.session.reasoning import Asking, Prepared, Reasoning
from void_studio.app.session.session import Session
from void_studio.gui.controls import (
    FormRow,
    NumberField,
    label,
    main_button,
    push_button,
    rule,
    titled,
)
from void_studio.gui.icons import icon
from void_studio.gui.panels.picture import image_of

__all__ = ["ReasonDialog"]

_SIZE = (880, 620)
_PICTURE = QSize(240, 135)
_MOST_FRAMES = 32


class ReasonDialog(QDialog):
    """Nothing leaves the machine before Send; what would go is shown word for word."""

    def __init__(
        self, session: Session, reasoning: Reasoning, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("reason")
        self.setWindowTitle("What it touched")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*_SIZE)
        self._session, self._reasoning = session, reasoning
        self._ready: Prepared | None = None
        self._reasoner = titled(QComboBox(self), "reason.reasoner", "Service", tip="Who is asked")
        self._model = titled(QLineEdit(self), "reason.model", "Model", tip="Empty: its default")
        self._address = titled(
            QLineEdit(self), "reason.base_url", "Address", tip="Another address, a local one too"
        )
        self._frames = NumberField(
            "reason.frames", "Frames", self, low=1, high=_MOST_FRAMES, tip="How many are shown"
        )
        self._frames.set_number(8)
        self._words = titled(
            QLineEdit(self), "reason.instruction", "In your words", tip="What shall be removed"
        )
        self._look = push_button("reason.look", "Look at what is sent", self)
        self._pictures = titled(QListWidget(self), "reason.pictures", "Frames that are sent")
        self._text = titled(QPlainTextEdit(self), "reason.text", "Words that are sent", tip="")
        self._state = label("", self, tone="secondary", wrap=True)
        self._cancel = push_button("reason.cancel", "Close", self)
        self._send = main_button("reason.send", "Send", self)
        self._lay_out()
        self._connect()
        reasoning.look()
        self._show_state()

    def _lay_out(self) -> None:
        self._pictures.setViewMode(QListWidget.ViewMode.IconMode)
        self._pictures.setIconSize(_PICTURE)
        self._pictures.setResizeMode(QListWidget.ResizeMode.Adjust)
        self._pictures.setMovement(QListWidget.Movement.Static)
        self._pictures.setSpacing(6)
        self._pictures.setToolTip("")
        self._text.setReadOnly(True)
        self._text.setProperty("mono", True)
        self._text.setPlaceholderText("Look first: the words appear here.")
        self._address.setPlaceholderText("its own")
        self._model.setPlaceholderText("its default")
        self._words.setPlaceholderText("the glass, its straw")
        form = QVBoxLayout()
        form.setSpacing(6)
        for row in (
            FormRow("Service", self._reasoner),
            FormRow("Model", self._model),
            FormRow("Address", self._address),
            FormRow("Frames", self._frames),
            FormRow("In your words", self._words),
        ):
            form.addWidget(row)
        form.addWidget(self._look)
        form.addStretch(1)
        sent = QVBoxLayout()
        sent.setSpacing(6)
        sent.addWidget(self._pictures, 2)
        sent.addWidget(self._text, 1)
        top = QHBoxLayout()
        top.setContentsMargins(16, 12, 16, 12)
        top.setSpacing(16)
        top.addLayout(form, 2)
        top.addLayout(sent, 3)
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 12, 16, 12)
        foot.setSpacing(8)
        foot.addWidget(self._state, 1)
        for button in (self._cancel, self._send):
            button.setProperty("large", True)
            foot.addWidget(button)
        heads = QVBoxLayout()
        heads.setContentsMargins(16, 12, 16, 12)
        heads.addWidget(label("Ask a vision model what it touched", self, heading="dialog"))
        words = "Frames with a numbered grid and the object in red leave this computer when you"
        words += " press Send. The answer becomes proposals; nothing is painted unseen."
        heads.addWidget(label(words, self, tone="hint", small=True, wrap=True))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(heads)
        column.addWidget(rule(self))
        column.addLayout(top, 1)
        column.addWidget(rule(self))
        column.addLayout(foot)

    def _connect(self) -> None:
        self._reasoning.found.connect(self._show_reasoners)
        self._reasoning.prepared.connect(self._show_prepared)
        self._reasoning.answered.connect(self._answered)
        self._reasoning.changed.connect(self._show_state)
        self._look.clicked.connect(lambda: self._reasoning.prepare(self._asking()))
        self._send.clicked.connect(self._do_send)
        self._cancel.clicked.connect(self.reject)
        for field in (self._model, self._address, self._words):
            field.textEdited.connect(lambda _: self._outdated())
        self._frames.entered.connect(lambda _: self._outdated())
        self._reasoner.currentIndexChanged.connect(lambda _: self._outdated())

    def done(self, result: int) -> None:
        """Wait no longer for an answer."""
        reasoning = self._reasoning
        reasoning.found.disconnect(self._show_reasoners, missing_ok=True)
        reasoning.prepared.disconnect(self._show_prepared, missing_ok=True)
        reasoning.answered.disconnect(self._answered, missing_ok=True)
        reasoning.changed.disconnect(self._show_state, missing_ok=True)
        reasoning.stop()
        super().done(result)

    def _asking(self) -> Asking:
        return Asking(
            self._reasoner.currentText(),
            int(self._frames.value()),
            self._words.text().strip(),
            self._model.text().strip(),
            self._address.text().strip(),
        )

    def _show_reasoners(self, names: tuple[str, ...]) -> None:
        self._reasoner.clear()
        self._reasoner.addItems([name for name in names if name != "replay"])
        self._show_state()

    def _outdated(self) -> None:
        self._ready = None
        self._show_state()

    def _show_prepared(self, prepared: Prepared) -> None:
        self._ready = prepared
        self._pictures.clear()
        offset = prepared.asked.shot.numbering_offset
        for sent, pixels in zip(prepared.sending.pictures, prepared.pictures, strict=True):
            image = QIcon(QPixmap.fromImage(image_of(pixels)))
            self._pictures.addItem(QListWidgetItem(image, str(sent.frame + offset)))
        self._text.setPlainText(prepared.sending.text)

    def _show_state(self) -> None:
        busy = self._reasoning.is_busy
        installed = self._reasoner.count() > 0
        self._look.setEnabled(installed and not busy)
        self._send.setEnabled(self._ready is not None and not busy)
        self._send.setIcon(icon("paper-plane-tilt", tone="on_accent"))
        if not installed:
            self._state.setText(
                "No vision model plugin is installed. plugins/affected_by_vlm has one; Suggest"
                " works without."
            )
        elif busy:
            self._state.setText("Working; closing this window stops waiting.")
        elif self._ready is None:
            self._state.setText("Look first at what would be sent.")
        else:
            sending = self._ready.sending
            kilobytes = sending.size_bytes / 1000
            self._state.setText(
                f"{len(sending.pictures)} frames, {kilobytes:.0f} kB, about {sending.tokens}"
                " tokens would be sent."
            )

    def _do_send(self) -> None:
        if self._ready is not None:
            self._reasoning.send(self._ready)

    def _answered(self, scene: str) -> None:
        """The proposals are in the layers panel; the description goes to an empty prompt box."""
        shot = self._session.shot
        if shot is not None and scene and not shot.settings.prompt:
            shot.set_settings(replace(shot.settings, prompt=scene))
        self.accept()
