"""Layers, proposals, what is done to the selected layer, and what to look at."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from void_studio.app.session.checks import Check, Checker
from void_studio.app.session.proposals import LayerProposal
from void_studio.app.session.session import Session
from void_studio.app.session.shares import FrameShares, ShareCounter
from void_studio.gui.controls import FoldSection
from void_studio.gui.panels.check_list import CheckList
from void_studio.gui.panels.layer_list import LayerList
from void_studio.gui.panels.layer_section import LayerSection
from void_studio.gui.panels.proposal_card import ProposalCard
from void_studio.gui.panels.shares_view import SharesView

__all__ = ["LayersPanel"]

_QUIET_MS = 200
_MOST_SUSPECTS = 6


class LayersPanel(QWidget):
    """The panel of the Paint workspace.

    `sections` is where others put a section of their own between the layer's and the checks.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("layers")
        self.setAccessibleName("Layers")
        self._session = session
        self._checker = Checker(session.tasks)
        self._counter = ShareCounter(session.tasks)
        self._list = LayerList(session, self)
        self._cards = QVBoxLayout()
        self._layer = LayerSection(session, self)
        self._checks = FoldSection("checks", "Checks", self)
        self._check_list = CheckList(self)
        self._shares = FoldSection("shares_section", "Quadmask on this frame", self)
        self._shares_view = SharesView(self)
        self.sections = QVBoxLayout()
        self._found: tuple[Check, ...] = ()
        self._suspects: tuple[Check, ...] = ()
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_QUIET_MS)
        self._lay_out()
        self._connect()
        self._attach()

    def _lay_out(self) -> None:
        self._checks.body.addWidget(self._check_list)
        self._shares.body.addWidget(self._shares_view)
        self._cards.setContentsMargins(8, 0, 8, 0)
        self._cards.setSpacing(6)
        inside = QWidget(self)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._list)
        column.addLayout(self._cards)
        column.addWidget(self._layer)
        column.addLayout(self.sections)
        column.addWidget(self._checks)
        column.addWidget(self._shares)
        column.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)

    def _connect(self) -> None:
        self._session.shot_changed.connect(lambda _: self._attach())
        self._session.view.changed.connect(self._view_changed)
        self._later.timeout.connect(self._work_out)
        self._checker.found.connect(self._show_checks)
        self._counter.counted.connect(self._show_shares)
        self._check_list.wanted.connect(self._go)

    def _attach(self) -> None:
        shot = self._session.shot
        if shot is not None:
            shot.document.history_changed.connect(self._soon)
            shot.document.layers_changed.connect(self._soon)
            shot.proposals_changed.connect(self._show_proposals)
        else:
            self._check_list.show_checks(())
            self._shares_view.show_shares(None)
        self._show_proposals()
        self._later.start()

    def _soon(self) -> None:
        self._later.start()

    def _view_changed(self, name: str) -> None:
        if name == "frame" and not self._session.view.playing:
            self._later.start()

    def _work_out(self) -> None:
        shot = self._session.shot
        if shot is not None:
            self._checker.look(shot)
            self._counter.count(shot, self._session.view.frame)

    def show_suspects(self, reasons: Mapping[int, str]) -> None:
        """Frames whose matte looks like a mistake, and why; they stand below the other checks."""
        shot = self._session.shot
        offset = shot.numbering_offset if shot else 0
        self._suspects = tuple(
            Check(f"{reason.capitalize()} at {frame + offset}", frame)
            for frame, reason in list(reasons.items())[:_MOST_SUSPECTS]
        )
        self._show_checks(self._found)

    def _show_checks(self, found: tuple[Check, ...]) -> None:
        self._found = found
        checks = (*found, *self._suspects)
        count = sum(not check.ok for check in checks)
        self._checks.set_note(f"{count} to look at" if count else "", "warn" if count else "hint")
        self._check_list.show_checks(checks)

    def _show_shares(self, shares: FrameShares) -> None:
        shot = self._session.shot
        self._shares_view.show_shares(shares)
        self._shares.set_note(f"Revision {shot.document.revision}" if shot else "")

    def _show_proposals(self) -> None:
        while (item := self._cards.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for proposal in self._session.shot.proposals if self._session.shot else ():
            card = ProposalCard(proposal, self)
            card.accepted.connect(partial(self._accept, proposal))
            card.dismissed.connect(partial(self._dismiss, proposal))
            card.shown.connect(partial(self._show, proposal))
            self._cards.addWidget(card)

    def _accept(self, proposal: LayerProposal) -> None:
        if self._session.shot is not None:
            self._session.shot.accept(proposal.id)

    def _dismiss(self, proposal: LayerProposal) -> None:
        if self._session.shot is not None:
            self._session.shot.dismiss(proposal.id)

    def _show(self, proposal: LayerProposal) -> None:
        self._go(min(proposal.mattes))

    def _go(self, frame: int) -> None:
        self._session.view.frame = frame
