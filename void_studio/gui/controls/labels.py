"""Texts that are not controls: labels by tone, chips, key caps, lines."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QWidget

__all__ = ["label", "chip", "key_cap", "rule", "divider"]


def label(
    text: str = "",
    parent: QWidget | None = None,
    *,
    tone: str = "",
    heading: str = "",
    small: bool = False,
    mono: bool = False,
    wrap: bool = False,
) -> QLabel:
    """A line of plain text; `tone` is secondary, hint, ok, warn or error."""
    made = QLabel(text, parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("tone", tone)
    made.setProperty("heading", heading)
    made.setProperty("small", small)
    made.setProperty("mono", mono)
    made.setWordWrap(wrap)
    return made


def chip(text: str, kind: str = "neutral", parent: QWidget | None = None) -> QLabel:
    """A small state word; `kind` is neutral, outline, accent, warn or error."""
    made = QLabel(text, parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("chip", kind)
    made.setSizePolicy(made.sizePolicy().Policy.Fixed, made.sizePolicy().Policy.Fixed)
    return made


def key_cap(text: str, parent: QWidget | None = None) -> QLabel:
    """One key as it is printed on a keyboard."""
    made = QLabel(text, parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setAlignment(Qt.AlignmentFlag.AlignCenter)
    made.setProperty("key", True)
    made.setSizePolicy(made.sizePolicy().Policy.Fixed, made.sizePolicy().Policy.Fixed)
    return made


def rule(parent: QWidget | None = None) -> QFrame:
    """A dark line across a panel, one pixel high."""
    made = QFrame(parent)
    made.setProperty("rule", True)
    return made


def divider(parent: QWidget | None = None) -> QFrame:
    """An upright line between groups of a bar, 1 x 16."""
    made = QFrame(parent)
    made.setProperty("divider", True)
    return made
