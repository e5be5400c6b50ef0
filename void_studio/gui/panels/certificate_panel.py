"""The certificate of the newest version, and checking it again."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from void_studio.app.certifying import CertifyOutcome
from void_studio.app.session.desk import RenderDesk
from void_studio.app.session.session import Session
from void_studio.app.session.takes import ResultRow
from void_studio.app.session.tasks import TaskContext
from void_studio.app.session.values import Level, Message
from void_studio.core import StudioError
from void_studio.gui.controls import label, push_button
from void_studio.gui.panels.facts import Facts
from void_studio.gui.panels.result_facts import certificate_facts
from void_studio.gui.theme import restyle

__all__ = ["CertificatePanel"]


class CertificatePanel(QWidget):
    """What the newest version's certificate says; the files are read again on request."""

    def __init__(self, session: Session, desk: RenderDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("certificate")
        self.setAccessibleName("Certificate")
        self._session = session
        self._desk = desk
        self._head = label("", self, heading="card")
        self._verdict = label("", self, wrap=True)
        self._facts = Facts("certificate.facts", self)
        self._check = push_button(
            "certificate.check",
            "Check the files again",
            self,
            tip="Compare every frame of the version with the plate",
        )
        row = QHBoxLayout()
        row.addWidget(self._check)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(8)
        for widget in (self._head, self._verdict, self._facts):
            column.addWidget(widget)
        column.addLayout(row)
        column.addStretch(1)
        session.versions_changed.connect(self._show)
        session.shot_changed.connect(lambda _: self._show())
        self._check.clicked.connect(self.check_again)
        self._show()

    def _row(self) -> ResultRow | None:
        shelf = self._desk.shelf
        rows = (*shelf.versions, *shelf.takes) if shelf else ()
        return rows[0] if rows else None

    def _show(self) -> None:
        row = self._row()
        self._check.setEnabled(row is not None)
        self._facts.setVisible(row is not None)
        self._head.setVisible(row is not None)
        if row is None:
            self._say("No version yet. Render a take and publish it.", "hint")
            return
        certificate = row.version.certificate
        self._head.setText(row.name)
        self._say(certificate.summary, "ok" if certificate.ok else "error")
        self._facts.show_facts(certificate_facts(row))

    def _say(self, words: str, tone: str) -> None:
        self._verdict.setText(words)
        restyle(self._verdict, tone=tone)

    def check_again(self) -> None:
        """Read every file of the version and compare it with the plate."""
        row, shot = self._row(), self._session.shot
        if row is None or shot is None:
            return
        folder, plate = row.version.folder, shot.plate.location
        self._check.setEnabled(False)
        self._say("Comparing every frame with the plate", "secondary")

        def work(context: TaskContext) -> CertifyOutcome:
            from void_studio.app.certifying import certify_version

            return certify_version(folder, plate, reporter=context, cancelled=context.cancelled)

        self._session.tasks.start(
            f"certify {row.name}", work, done=self._checked, failed=self._unchecked
        )

    def _checked(self, outcome: CertifyOutcome) -> None:
        self._check.setEnabled(True)
        self._say("\n".join(outcome.lines()), "ok" if outcome.ok else "error")

    def _unchecked(self, error: StudioError) -> None:
        self._show()
        self._session.tell(Message.of(error, level=Level.ERROR))
