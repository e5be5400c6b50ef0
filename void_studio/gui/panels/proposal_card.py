"""A suggestion that is not in the quadmask yet."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from void_studio.app.session.proposals import LayerProposal
from void_studio.gui.controls import ElidedLabel, RoleSwatch, label, push_button
from void_studio.gui.panels.words import plural

__all__ = ["ProposalCard"]


class ProposalCard(QFrame):
    """`accepted` and `dismissed` say what a person thought of it; `shown` asks to see it."""

    accepted = Signal()
    dismissed = Signal()
    shown = Signal()

    def __init__(self, proposal: LayerProposal, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"proposal.{proposal.name}")
        self.setAccessibleName(f"Proposal: {proposal.name}")
        self.setProperty("proposal", True)
        heads = QHBoxLayout()
        heads.setSpacing(8)
        heads.addWidget(RoleSwatch(proposal.role.value, self))
        title = ElidedLabel(f"Proposal: {proposal.name}", self)
        title.setProperty("heading", "row")
        heads.addWidget(title, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        add = push_button("proposal.add", "Add to layers", self, tip="Put it into the quadmask")
        show = push_button("proposal.show", "Show", self, tip="Go to its first frame")
        dismiss = push_button("proposal.dismiss", "Dismiss", self)
        add.clicked.connect(self.accepted)
        show.clicked.connect(self.shown)
        dismiss.clicked.connect(self.dismissed)
        buttons.addWidget(add)
        buttons.addWidget(show)
        buttons.addStretch(1)
        buttons.addWidget(dismiss)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(6)
        column.addLayout(heads)
        column.addWidget(label(_summary(proposal), self, tone="hint", small=True, wrap=True))
        column.addLayout(buttons)


def _summary(proposal: LayerProposal) -> str:
    role = proposal.role.value.capitalize()
    frames = plural(len(proposal.mattes), "frame")
    parts = [role, frames, proposal.origin]
    if proposal.scores:
        parts.append(f"least score {min(proposal.scores.values()):.2f}")
    return " \N{MIDDLE DOT} ".join(parts)
