"""The first page: open something, go on with something, see what this computer can do."""

from __future__ import annotations

from void_studio.gui.start.page import StartPage

__all__ = ["StartPage"]
