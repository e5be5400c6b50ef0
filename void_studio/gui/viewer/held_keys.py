"""Keys that mean one thing when tapped and another while they are held."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

__all__ = ["HeldKey"]

_HELD_S = 0.3


class HeldKey:
    """One key without modifiers on one widget.

    `held` is called with True when the key goes down and False when it comes up. `tapped` is called
    after a short press in which `used` was not called. The key's shortcut is kept from firing.
    """

    def __init__(
        self,
        key: Qt.Key,
        *,
        tapped: Callable[[], object],
        held: Callable[[bool], object],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._key = key
        self._tapped = tapped
        self._held = held
        self._clock = clock
        self._since: float | None = None
        self._used = False

    @property
    def is_down(self) -> bool:
        """Whether the key is held."""
        return self._since is not None

    def used(self) -> None:
        """Something was done with the key held: it was no tap."""
        self._used = True

    def hear(self, event: QKeyEvent) -> bool:
        """Take the event if it is of this key."""
        if event.key() != self._key or event.modifiers() != Qt.KeyboardModifier.NoModifier:
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
        elif event.isAutoRepeat():
            pass
        elif event.type() == QEvent.Type.KeyPress:
            self._since, self._used = self._clock(), False
            self._held(True)
        elif event.type() == QEvent.Type.KeyRelease and self._since is not None:
            self._release()
        return True

    def let_go(self) -> None:
        """The widget lost the focus: the release will not be heard."""
        if self._since is not None:
            self._used = True
            self._release()

    def _release(self) -> None:
        was_short = self._clock() - (self._since or 0.0) < _HELD_S
        self._since = None
        self._held(False)
        if was_short and not self._used:
            self._tapped()
