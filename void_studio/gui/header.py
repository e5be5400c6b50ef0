"""The top line of the window: mark, menus, what is open, the worker, the workspace."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QMenuBar, QWidget

from void_studio.gui.controls import ElidedLabel, Segment, SegmentSwitch, icon_button, label
from void_studio.gui.theme import colour, size
from void_studio.gui.workspaces import Workspace

__all__ = ["Header"]

_MARK = 14
_WORDS = {
    Workspace.PAINT: ("Paint", "Layers and timeline", "Ctrl+1"),
    Workspace.COMPARE: ("Compare", "Versions beside the viewer", "Ctrl+2"),
    Workspace.RENDER: ("Render", "Shot settings and queue", "Ctrl+3"),
}


class Header(QFrame):
    """`workspace_chosen` carries a Workspace, `worker_asked` that the worker's chip was clicked."""

    workspace_chosen = Signal(object)
    worker_asked = Signal()

    def __init__(self, menus: QMenuBar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("plane", "header")
        self.setFixedHeight(size("menu"))
        self._name = label("VOID Studio", self, heading="row")
        self._what = ElidedLabel("", self)
        self._what.setProperty("tone", "secondary")
        self._what.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._worker = icon_button(
            "header.worker", "Worker", "hard-drives", self, tip="Where renders run"
        )
        self._worker.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._worker.clicked.connect(self.worker_asked)
        self.switch = SegmentSwitch(
            "workspace",
            "Workspace",
            [Segment(work, text, tip, key=key) for work, (text, tip, key) in _WORDS.items()],
            self,
        )
        self.switch.chosen.connect(self.workspace_chosen)
        self._lay_out(menus)
        self.show_opened("", "")

    def show_opened(self, project: str, shot: str) -> None:
        """What is open, in the middle."""
        parts = [part for part in (project, shot) if part]
        self._what.setText("   /   ".join(parts) if parts else "No project")

    def show_worker(self, name: str, facts: str) -> None:
        """The worker that renders go to."""
        self._worker.setText(f" {name}   {facts}" if facts else f" {name}")

    def show_words(self, shown: bool) -> None:
        """Whether there is room for the program's name."""
        self._name.setVisible(shown)

    def _lay_out(self, menus: QMenuBar) -> None:
        left = QHBoxLayout()
        left.setContentsMargins(12, 0, 0, 0)
        left.setSpacing(8)
        left.addWidget(_Mark(self))
        left.addWidget(self._name)
        left.addWidget(menus, 1, Qt.AlignmentFlag.AlignVCenter)
        right = QHBoxLayout()
        right.setContentsMargins(0, 2, 8, 2)
        right.setSpacing(12)
        right.addStretch(1)
        right.addWidget(self._worker)
        right.addWidget(self.switch)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(8)
        grid.addLayout(left, 0, 0)
        grid.addWidget(self._what, 0, 1)
        grid.addLayout(right, 0, 2)
        for column, share in enumerate((3, 2, 3)):
            grid.setColumnStretch(column, share)


class _Mark(QLabel):
    """The studio's mark: a frame with what is taken out of it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedSize(_MARK, _MARK)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the mark."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour("text_1"), 1.5))
        painter.drawRoundedRect(QRectF(0.75, 0.75, _MARK - 1.5, _MARK - 1.5), 2, 2)
        painter.fillRect(QRectF(4, 4, _MARK - 8, _MARK - 8), colour("accent"))
