"""The palette, made from the tokens."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette

from void_studio.gui.theme.tokens import Tokens

__all__ = ["palette_of"]

_ROLE = QPalette.ColorRole
_ROLES = {
    _ROLE.Window: "panel",
    _ROLE.WindowText: "text_1",
    _ROLE.Base: "input",
    _ROLE.AlternateBase: "row_alternate",
    _ROLE.Text: "text_1",
    _ROLE.PlaceholderText: "text_3",
    _ROLE.Button: "button",
    _ROLE.ButtonText: "text_1",
    _ROLE.BrightText: "icon_on",
    _ROLE.Highlight: "selected",
    _ROLE.HighlightedText: "text_1",
    _ROLE.Accent: "accent",
    _ROLE.Link: "accent",
    _ROLE.LinkVisited: "accent",
    _ROLE.ToolTipBase: "tooltip",
    _ROLE.ToolTipText: "text_1",
    _ROLE.Light: "button_on",
    _ROLE.Midlight: "button_hover",
    _ROLE.Mid: "separator",
    _ROLE.Dark: "line",
    _ROLE.Shadow: "line",
}
_DISABLED = {
    _ROLE.WindowText: "text_disabled",
    _ROLE.Text: "text_disabled",
    _ROLE.PlaceholderText: "text_disabled",
    _ROLE.ButtonText: "text_disabled",
    _ROLE.HighlightedText: "text_disabled",
    _ROLE.Button: "button_disabled",
    _ROLE.Base: "row_alternate",
    _ROLE.Link: "text_disabled",
    _ROLE.Accent: "separator",
}


def palette_of(tokens: Tokens) -> QPalette:
    """The palette of the window; every role of every group is set from the tokens."""
    palette = QPalette()
    for role, name in _ROLES.items():
        palette.setColor(role, QColor(tokens.colours[name]))
    for role, name in _DISABLED.items():
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(tokens.colours[name]))
    return palette
