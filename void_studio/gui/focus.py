"""F6: the parts of the window in their order."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

__all__ = ["FocusRing"]


class FocusRing:
    """Jumps between parts of the window; inside one, Tab goes on."""

    def __init__(self, parts: Callable[[], Sequence[QWidget]]) -> None:
        self._parts = parts

    def step(self, direction: int) -> None:
        """Give the focus to the first control of the next part that is shown."""
        parts = [part for part in self._parts() if part.isVisible()]
        now = QApplication.focusWidget()
        place = next((i for i, part in enumerate(parts) if now and _holds(part, now)), None)
        start = place if place is not None else (-1 if direction > 0 else 0)
        for offset in range(1, len(parts) + 1):
            target = first_control(parts[(start + direction * offset) % len(parts)])
            if target is not None:
                target.setFocus(Qt.FocusReason.ShortcutFocusReason)
                return


def first_control(part: QWidget) -> QWidget | None:
    """The first control of a part that takes the focus by Tab; the part itself before others."""
    for widget in (part, *part.findChildren(QWidget)):
        takes = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        if takes and widget.isVisible() and widget.isEnabled():
            return widget
    return None


def _holds(part: QWidget, widget: QWidget) -> bool:
    return part is widget or part.isAncestorOf(widget)
