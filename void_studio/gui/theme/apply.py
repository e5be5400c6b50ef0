"""The theme put on an application, and what follows a change of a widget's properties."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QApplication, QWidget

from void_studio.app.resources import resource
from void_studio.gui.theme.fonts import load_fonts, text_font
from void_studio.gui.theme.palette import palette_of
from void_studio.gui.theme.style import style_of
from void_studio.gui.theme.tokens import tokens

__all__ = ["apply_theme", "restyle", "reduce_motion", "reduced_motion"]

_REDUCE = "reduceMotion"


def apply_theme(application: QApplication, *, still: bool = False) -> None:
    """Fonts, palette and style sheet; call it before the first widget is made."""
    load_fonts()
    application.setStyle("Fusion")
    application.styleHints().setColorScheme(Qt.ColorScheme.Dark)
    application.setPalette(palette_of(tokens()))
    application.setFont(text_font())
    template = resource("style.qss").read_text(encoding="utf-8")
    icons = resource("icons").as_posix()
    application.setStyleSheet(style_of(template, tokens(), icons=icons))
    application.setProperty(_REDUCE, still)


def reduce_motion(*, wanted: bool) -> None:
    """From now on nothing moves by itself, or things fold again."""
    application = QCoreApplication.instance()
    if application is not None:
        application.setProperty(_REDUCE, wanted)


def reduced_motion() -> bool:
    """Whether nothing may move but progress, the playhead and the live preview."""
    application = QCoreApplication.instance()
    return application is not None and bool(application.property(_REDUCE))


def restyle(widget: QWidget, **properties: object) -> None:
    """Set dynamic properties (`tone="warn"`, `main=True`) and let the style sheet see them."""
    for name, value in properties.items():
        widget.setProperty(name, value)
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
