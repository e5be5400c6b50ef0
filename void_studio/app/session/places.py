"""Where the studio keeps what is not in a project."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Places"]


@dataclass(frozen=True, slots=True)
class Places:
    """Folders of one user; nothing is made until it is written to."""

    state: Path

    @classmethod
    def default(cls) -> Places:
        """VOID_STUDIO_STATE, or the user's state folder: the one that the local worker uses."""
        from platformdirs import user_state_path

        named = os.environ.get("VOID_STUDIO_STATE")
        return cls(Path(named) if named else user_state_path("void-studio"))

    @property
    def recents(self) -> Path:
        """The list of what was opened."""
        return self.state / "recents.json"

    @property
    def demo(self) -> Path:
        """The demo's footage and cut."""
        return self.state / "demo"

    @property
    def projects(self) -> Path:
        """Projects of timelines whose own folder can not be written."""
        return self.state / "projects"

    @property
    def proxies(self) -> Path:
        """Small copies of plates for the viewer; may be deleted at any time."""
        return self.state / "proxies"
