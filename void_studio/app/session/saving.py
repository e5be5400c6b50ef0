"""How far saving is: edits on their way to the file, and what undo holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from void_studio.app.session.values import SaveState
from void_studio.quadmask import History

__all__ = ["Saving"]


class Saving:
    """Counts edits and their arrival; the session's thread. `told` learns of every change."""

    def __init__(self, told: Callable[[SaveState], None]) -> None:
        self.state = SaveState()
        self._told = told

    def start(self, history: History | None) -> None:
        """Another cut or shot is open; what is on its way still counts."""
        self._set(self.state, history)

    def edited(self, history: History) -> None:
        """One more edit is on its way."""
        self._set(replace(self.state, pending=self.state.pending + 1), history)

    def arrived(self, count: int, history: History | None) -> None:
        """Edits are in the file; all of them where `count` is 0."""
        pending = max(0, self.state.pending - count) if count else 0
        self._set(replace(self.state, pending=pending, saved_at=datetime.now(UTC)), history)

    def _set(self, state: SaveState, history: History | None) -> None:
        self.state = replace(
            state,
            history_steps=len(history.done) if history is not None else 0,
            history_bytes=history.size_bytes if history is not None else 0,
        )
        self._told(self.state)
