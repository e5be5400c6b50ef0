"""The status line: the last message at the left, what goes on and what is kept at the right."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QStatusBar, QWidget

from void_studio.app.session import Level, Message, Session, TaskView
from void_studio.gui.controls import ElidedLabel, icon_button, label, link_button, titled
from void_studio.gui.icons import icon
from void_studio.gui.theme import restyle, size

__all__ = ["MessageBar"]

_FOLD_AT = 90
_ICONS = {
    Level.INFO: ("check", "text_2"),
    Level.WARN: ("warning", "warn"),
    Level.ERROR: ("warning-circle", "error"),
}
_TONES = {Level.INFO: "", Level.WARN: "warn", Level.ERROR: "error"}
_TASK_DELAY_MS = 300


class MessageBar(QStatusBar):
    """Shows messages of the session, its running task with a stop button, and standing facts.

    `details_asked` carries the message that a person wants to read in full.
    """

    details_asked = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        titled(self, "status", "Status")
        self.setToolTip("")
        self.setSizeGripEnabled(False)
        self.setFixedHeight(size("status"))
        self._session = session
        self._message = Message(Level.INFO, "Ready")
        self._facts: dict[str, QLabel] = {}
        self._task_id = ""
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.timeout.connect(self._show_task)
        self._build()
        self.show_message(self._message)
        session.message.connect(self.show_message)
        session.tasks.changed.connect(self._task_changed)

    @property
    def message(self) -> Message:
        """The last message."""
        return self._message

    def show_message(self, message: Message) -> None:
        """Show a message until the next one."""
        self._message = message
        name, tone = _ICONS[message.level]
        self._mark.setPixmap(icon(name, tone=tone).pixmap(size("icon_chip"), size("icon_chip")))
        self._what.setText(message.what)
        restyle(self._what, tone=_TONES[message.level])
        rest = " ".join(part for part in (message.where, message.hint) if part)
        self._rest.setText(rest)
        long = len(message.what) + len(rest) > _FOLD_AT or bool(message.details)
        self._details.setVisible(long)

    def set_fact(self, name: str, text: str, tip: str = "") -> None:
        """Show a standing fact at the right; an empty text takes it away."""
        shown = self._facts.get(name)
        if shown is None:
            shown = label(text, self, tone="secondary", small=True)
            shown.setObjectName(f"status.{name}")
            shown.setContentsMargins(0, 0, 12, 0)
            self.addPermanentWidget(shown)
            self._facts[name] = shown
        shown.setText(text)
        shown.setToolTip(tip)
        shown.setVisible(bool(text))

    def _build(self) -> None:
        left = QWidget(self)
        row = QHBoxLayout(left)
        row.setContentsMargins(12, 0, 0, 0)
        row.setSpacing(8)
        self._mark = QLabel(left)
        self._what = label("", left, heading="row", small=True)
        self._rest = ElidedLabel("", left)
        self._rest.setProperty("tone", "hint")
        self._rest.setProperty("small", True)
        self._details = link_button(
            "status.details", "Details", left, tip="Read the whole message and copy it"
        )
        self._details.clicked.connect(lambda: self.details_asked.emit(self._message))
        for widget in (self._mark, self._what):
            row.addWidget(widget)
        row.addWidget(self._rest, 1)
        row.addWidget(self._details)
        self.addWidget(left, 1)
        self.addPermanentWidget(self._task_part())

    def _task_part(self) -> QWidget:
        self._task = QWidget(self)
        row = QHBoxLayout(self._task)
        row.setContentsMargins(0, 0, 12, 0)
        row.setSpacing(8)
        self._task_name = label("", self._task, tone="secondary", small=True)
        self._bar = titled(QProgressBar(self._task), "status.progress", "Progress")
        self._bar.setFixedWidth(120)
        self._bar.setTextVisible(False)
        stop = icon_button("status.stop", "Stop this work", "x", self._task, pixels=12)
        stop.setIconSize(QSize(12, 12))
        stop.clicked.connect(self._stop_task)
        row.addWidget(self._task_name)
        row.addWidget(self._bar, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(stop)
        self._task.hide()
        return self._task

    def _task_changed(self, view: TaskView) -> None:
        if view.state.is_end:
            if view.id == self._task_id:
                self._next_task()
            return
        if not self._task_id:
            self._task_id = view.id
            self._delay.start(_TASK_DELAY_MS)
        if view.id == self._task_id:
            self._fill(view)

    def _next_task(self) -> None:
        others = [view for view in self._session.tasks.running() if view.id != self._task_id]
        self._task_id = others[-1].id if others else ""
        self._show_task()
        if others:
            self._fill(others[-1])

    def _fill(self, view: TaskView) -> None:
        percent = f" {100 * view.done // view.total} %" if view.total else ""
        stage = f": {view.stage}" if view.stage else ""
        self._task_name.setText(f"{view.name}{stage}{percent}")
        self._bar.setRange(0, view.total or 0)
        self._bar.setValue(view.done)

    def _show_task(self) -> None:
        self._task.setVisible(bool(self._task_id))

    def _stop_task(self) -> None:
        self._session.tasks.cancel(self._task_id)
