"""What every control has: a name for scripts, one for people, and a tip with its key."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtWidgets import QWidget

__all__ = ["titled", "tip_with_key"]

_W = TypeVar("_W", bound=QWidget)


def titled(widget: _W, name: str, title: str, *, tip: str = "", key: str = "") -> _W:
    """`widget`, known to scripts as `name`, to screen readers as `title`, with its tip."""
    widget.setObjectName(name)
    widget.setAccessibleName(title)
    widget.setToolTip(tip_with_key(tip or title, key))
    return widget


def tip_with_key(tip: str, key: str) -> str:
    """A tooltip that ends with the key in brackets, where there is one."""
    return f"{tip} ({key})" if key else tip
