"""The composition root of both console scripts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

__all__ = ["studio", "worker"]


class _Window:
    """The window, imported when it is opened: commands never load Qt."""

    def open(self, path: Path | None) -> int:
        """Open the window, and `path` in it; the exit code once it was closed."""
        from void_studio.gui.main import run

        return run(path)

    def drive(self, script: Path, out: Path) -> dict[str, Any]:
        """Play a script offscreen."""
        from void_studio.gui.drive import drive

        return drive(script, out).facts(out)

    def shoot(self, out: Path) -> dict[str, Any]:
        """Make the documentation's pictures."""
        from void_studio.gui.drive import shoot

        return shoot(out).facts(out)


def studio() -> None:
    """Run `void-studio`."""
    from void_studio.app.cli import main

    main(_Window())


def worker() -> None:
    """Run `void-worker`."""
    from void_studio.worker.cli import main

    main()


if __name__ == "__main__":
    studio()
