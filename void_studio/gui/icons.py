"""Icons of one family, Phosphor regular, in the colours of the theme."""

from __future__ import annotations

import os
from functools import cache

from PySide6.QtGui import QIcon

os.environ.setdefault("QT_API", "pyside6")  # read by qtawesome when it is imported

from qtawesome.iconic_font import IconicFont

from void_studio.gui.theme import colour

__all__ = ["icon", "known_icons"]


@cache
def _family() -> IconicFont:
    """Phosphor alone: the other families that come with qtawesome are never loaded."""
    return IconicFont(("ph", "phosphor-1.3.0.ttf", "phosphor-charmap-1.3.0.json"))


@cache
def icon(name: str, *, tone: str = "text_2") -> QIcon:
    """The icon `name` of the family (`paint-brush`, `play-fill`) at rest in the token `tone`.

    Under the pointer and when on it is lighter; disabled it is dark. Raises KeyError for a name
    that the family does not have. Needs a QApplication.
    """
    if name not in known_icons():
        raise KeyError(name)
    plain = tone == "text_2"
    return QIcon(
        _family().icon(
            f"ph.{name}",
            color=colour(tone),
            color_active=colour("text_1" if plain else tone),
            color_on=colour("icon_on" if plain else tone),
            color_disabled=colour("icon_disabled"),
        )
    )


@cache
def known_icons() -> frozenset[str]:
    """The names that the family has."""
    return frozenset(_family().charmap["ph"])
