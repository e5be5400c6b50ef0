"""Takes and versions of the shot: compare, note, keep, publish."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from void_studio.app.session.desk import RenderDesk
from void_studio.app.session.session import Session
from void_studio.app.session.takes import ResultKind, ResultRow, Shelf
from void_studio.app.session.view import Compare
from void_studio.gui.controls import FoldSection, FormRow, label, main_button, push_button, titled
from void_studio.gui.panels.facts import Facts
from void_studio.gui.panels.result_facts import certificate_facts, recipe_facts
from void_studio.gui.panels.result_list import ResultList
from void_studio.gui.panels.stars import Stars
from void_studio.versions import TakeState

__all__ = ["VersionsPanel"]

_NOTE_HEIGHT = 48


class VersionsPanel(QWidget):
    """The lists, what is known of the selected one, and what can be done with it.

    `conform_wanted` asks for the dialog that puts versions into the cut.
    """

    conform_wanted = Signal()

    def __init__(self, session: Session, desk: RenderDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("versions")
        self.setAccessibleName("Versions")
        self._session = session
        self._desk = desk
        self._chosen: str | None = None
        self._published = FoldSection("versions.published", "Published", self)
        self._takes = FoldSection("versions.takes", "Takes", self)
        self._details = FoldSection("versions.selected", "Nothing selected", self)
        self._recipe = FoldSection("versions.recipe", "Recipe", self)
        self._version_list = ResultList("versions.published.list", "Published versions", self)
        self._take_list = ResultList("versions.takes.list", "Takes", self)
        self._empty = label(
            "No takes yet. Render one, or start with a draft.", self, tone="hint", wrap=True
        )
        self._facts = Facts("versions.facts", self)
        self._recipe_facts = Facts("versions.recipe.facts", self)
        self._stars = Stars("versions.stars", self)
        self._note = titled(QPlainTextEdit(self), "versions.note", "Note", tip="A note on it")
        self._reject = push_button("versions.reject", "Reject", self)
        self._compare = push_button("versions.compare", "Compare", self, key="W")
        self._publish = main_button("versions.publish", "Publish", self)
        self._folded = push_button(
            "versions.rejected", "Show rejected", self, tip="Takes that were rejected"
        )
        self._shows_rejected = False
        self._activate = push_button(
            "versions.activate", "Set active", self, tip="Put the selected version into the cut"
        )
        self._conform = push_button("versions.conform", "Conform...", self)
        self._lay_out()
        self._connect()
        self._refresh()

    def _lay_out(self) -> None:
        self._published.body.setContentsMargins(0, 0, 0, 0)
        self._published.body.addWidget(self._version_list)
        self._takes.body.setContentsMargins(0, 0, 0, 0)
        self._takes.body.addWidget(self._take_list)
        self._empty.setContentsMargins(12, 8, 12, 8)
        self._takes.body.addWidget(self._empty)
        self._takes.body.addWidget(self._folded)
        self._note.setPlaceholderText("Note")
        self._note.setFixedHeight(_NOTE_HEIGHT)
        self._note.setTabChangesFocus(True)
        self._details.body.addWidget(self._facts)
        self._details.body.addWidget(FormRow("Stars", self._stars))
        self._details.body.addWidget(self._note)
        self._recipe.body.addWidget(self._recipe_facts)
        inside = QWidget(self)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for section in (self._published, self._takes, self._details, self._recipe):
            column.addWidget(section)
        column.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 8, 12, 8)
        foot.setSpacing(8)
        foot.addWidget(self._publish, 1)
        foot.addWidget(self._compare)
        foot.addWidget(self._reject)
        foot.addWidget(self._activate)
        foot.addWidget(self._conform)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(scroll, 1)
        whole.addLayout(foot)

    def _connect(self) -> None:
        self._desk.changed.connect(self._refresh)
        self._session.versions_changed.connect(self._refresh)
        for rows, other in (
            (self._version_list, self._take_list),
            (self._take_list, self._version_list),
        ):
            rows.picked.connect(lambda row_id, other=other: self._pick(row_id, other))
            rows.opened.connect(self._open)
            rows.starred.connect(self._star)
        self._stars.chosen.connect(self._star)
        self._note.textChanged.connect(self._keep_note)
        self._reject.clicked.connect(self._turn_down)
        self._folded.clicked.connect(self._fold)
        self._activate.clicked.connect(self._set_active)
        self._publish.clicked.connect(self.publish)
        self._compare.clicked.connect(lambda: self._open(self._chosen or ""))
        self._conform.clicked.connect(self.conform_wanted)

    @property
    def _shelf(self) -> Shelf | None:
        return self._desk.shelf

    def publish(self) -> None:
        """Make the selected take, else the newest, the shot's next version."""
        shelf, row = self._shelf, self._row()
        if shelf is None:
            return
        if row is None or row.kind is not ResultKind.TAKE:
            row = next(
                (take for take in shelf.takes if not why_unpublishable(self._session, take)), None
            )
        if row is not None and not why_unpublishable(self._session, row):
            shelf.publish(row.id)

    def _refresh(self) -> None:
        shelf = self._shelf
        versions = shelf.versions if shelf else ()
        takes = shelf.takes if shelf else ()
        self._version_list.show_rows(versions, shelf)
        rejected = sum(take.mark.state is TakeState.REJECTED for take in takes)
        shown = tuple(
            take
            for take in takes
            if self._shows_rejected or take.mark.state is not TakeState.REJECTED
        )
        self._take_list.show_rows(shown, shelf)
        self._folded.setVisible(bool(rejected))
        hides = self._shows_rejected
        self._folded.setText("Hide rejected" if hides else f"Show {rejected} rejected")
        self._published.setVisible(bool(versions))
        self._take_list.setVisible(bool(shown))
        self._empty.setVisible(not takes)
        self._published.set_note(str(len(versions)) if versions else "")
        self._takes.set_note(f"{len(takes)}, {rejected} rejected" if rejected else "")
        if self._row() is None and (versions or takes):
            self._chosen = (*takes, *versions)[0].id
            self._take_list.choose(self._chosen)
            self._version_list.choose(self._chosen)
        self._show_chosen()

    def _row(self) -> ResultRow | None:
        if self._shelf is None or self._chosen is None:
            return None
        try:
            return self._shelf.row(self._chosen)
        except KeyError:
            return None

    def _pick(self, row_id: str, other: ResultList) -> None:
        self._chosen = row_id
        other.choose(None)
        self._show_chosen()

    def _show_chosen(self) -> None:
        row = self._row()
        for section in (self._details, self._recipe):
            section.setVisible(row is not None)
        is_take = row is not None and row.kind is ResultKind.TAKE
        refusal = why_unpublishable(self._session, row) if row is not None and is_take else ""
        self._publish.setEnabled(is_take and not refusal)
        self._publish.setToolTip(refusal or "Make the selected take the shot's next version")
        self._reject.setEnabled(is_take)
        self._activate.setVisible(row is not None and not is_take)
        self._reject.setVisible(is_take)
        self._activate.setEnabled(
            row is not None and not row.active and self._session.read_only is None
        )
        self._compare.setEnabled(row is not None)
        self._conform.setEnabled(bool(self._shelf and self._shelf.versions))
        if row is None:
            return
        rejected = row.mark.state is TakeState.REJECTED
        self._reject.setText("Keep" if rejected else "Reject")
        ok = row.version.certificate.ok
        self._details.set_title(row.name)
        self._details.set_note("Certified" if ok else "Not certified", "ok" if ok else "error")
        self._facts.show_facts(certificate_facts(row))
        self._recipe_facts.show_facts(recipe_facts(row))
        self._stars.set_stars(row.mark.stars)
        if self._note.toPlainText() != row.mark.note and not self._note.hasFocus():
            self._note.blockSignals(True)
            self._note.setPlainText(row.mark.note)
            self._note.blockSignals(False)

    def _open(self, row_id: str) -> None:
        """Compare the plate with a take or version."""
        view = self._session.view
        view.compare_with = row_id or None
        if view.compare is Compare.NONE:
            view.compare = Compare.WIPE

    def _fold(self) -> None:
        self._shows_rejected = not self._shows_rejected
        self._refresh()

    def _set_active(self) -> None:
        row, shot = self._row(), self._session.shot
        if row is not None and shot is not None and self._shelf is not None:
            self._session.set_active(shot.row.id, row.version.number)
            self._shelf.activated(row.version.number)

    def _star(self, stars: int) -> None:
        row = self._row()
        if row is not None and self._shelf is not None:
            self._shelf.mark(row.id, replace(row.mark, stars=stars))

    def _keep_note(self) -> None:
        row = self._row()
        if row is not None and self._shelf is not None:
            self._shelf.mark(row.id, replace(row.mark, note=self._note.toPlainText()[:2000]))

    def _turn_down(self) -> None:
        row = self._row()
        if row is not None and self._shelf is not None:
            kept = row.mark.state is TakeState.KEPT
            state = TakeState.REJECTED if kept else TakeState.KEPT
            self._shelf.mark(row.id, replace(row.mark, state=state))


def why_unpublishable(session: Session, row: ResultRow) -> str:
    """Why a take can not be published; empty when it can."""
    shot = session.shot
    if shot is None:
        return "No shot is open"
    if session.read_only:
        return "The project is open read only"
    if not row.version.certificate.ok:
        return "Its certificate does not hold"
    if row.version.recipe.request.source_range != shot.source:
        return "It does not have every frame that the cut shows"
    return ""
