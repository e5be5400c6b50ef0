"""What the actions do."""

from __future__ import annotations

from void_studio.gui.commands.all import checks, handlers

__all__ = ["checks", "handlers"]
