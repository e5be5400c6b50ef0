"""The bundled fonts: Inter for words and numbers, JetBrains Mono for paths and digests."""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontDatabase

from void_studio.app.resources import resource

__all__ = ["load_fonts", "text_font", "mono_font"]

_FILES = ("Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf")
_MONO_FILE = "JetBrainsMono-Regular.ttf"
_BODY_PX = 12
_SMALL_PX = 11


def load_fonts() -> None:
    """Make the bundled fonts known to Qt; call it once, before the first widget."""
    for name in (*_FILES, _MONO_FILE):
        QFontDatabase.addApplicationFont(str(resource(f"fonts/{name}")))


def text_font(pixels: int = _BODY_PX, *, weight: int = 400) -> QFont:
    """Inter with figures of equal width, `pixels` high."""
    font = QFont("Inter")
    font.setPixelSize(pixels)
    font.setWeight(QFont.Weight(weight))
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def mono_font(pixels: int = _SMALL_PX) -> QFont:
    """JetBrains Mono, `pixels` high."""
    font = QFont("JetBrains Mono")
    font.setPixelSize(pixels)
    return font
