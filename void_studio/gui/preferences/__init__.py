"""The preferences: how the window looks, what it may use, and its keys."""

from __future__ import annotations

from void_studio.gui.preferences.dialog import PreferencesDialog

__all__ = ["PreferencesDialog"]
