"""The composition root of both console scripts."""

from __future__ import annotations

__all__ = ["studio", "worker"]


def studio() -> None:
    """Run `void-studio`."""
    from void_studio.app.cli import main

    main()


def worker() -> None:
    """Run `void-worker`."""
    from void_studio.worker.cli import main

    main()


if __name__ == "__main__":
    studio()
