"""The command line: names, JSON keys and exit codes are a contract."""

from __future__ import annotations

from void_studio.app.cli.main import main

__all__ = ["main"]
