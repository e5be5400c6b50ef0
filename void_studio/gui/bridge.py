"""The one crossing from the studio's threads to Qt's."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal

__all__ = ["QtPost"]


class QtPost(QObject):
    """A Post on the thread that made it: what is posted runs in its event loop, in order."""

    _posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._posted.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def __call__(self, work: Callable[[], None]) -> None:
        """Post `work`. Any thread; returns at once."""
        self._posted.emit(work)

    def _run(self, work: Callable[[], None]) -> None:
        work()
