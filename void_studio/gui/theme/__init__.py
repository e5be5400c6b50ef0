"""How the window looks: tokens, palette, style sheet, fonts."""

from __future__ import annotations

from void_studio.gui.theme.apply import apply_theme, reduce_motion, reduced_motion, restyle
from void_studio.gui.theme.fonts import mono_font, text_font
from void_studio.gui.theme.palette import palette_of
from void_studio.gui.theme.style import style_of
from void_studio.gui.theme.tokens import Tokens, colour, contrast, read_tokens, size, tokens

__all__ = [
    "Tokens",
    "read_tokens",
    "tokens",
    "colour",
    "size",
    "contrast",
    "palette_of",
    "style_of",
    "apply_theme",
    "restyle",
    "reduce_motion",
    "reduced_motion",
    "text_font",
    "mono_font",
]
