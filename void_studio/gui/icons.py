"""Icons of one family, Phosphor regular, in the colours of the theme.

Font and names are those that qtawesome ships; it is not imported, since its own start costs more
than the window's.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPixmap

from void_studio.core import NotPresent
from void_studio.gui.theme import colour

__all__ = ["icon", "known_icons"]

_WEIGHTS = ("-bold", "-light", "-thin", "-duotone")


@cache
def icon(name: str, *, tone: str = "text_2") -> QIcon:
    """The icon `name` of the family (`paint-brush`, `play-fill`) at rest in the token `tone`.

    Under the pointer and when on it is lighter; disabled it is dark. Raises KeyError for a name
    that the family does not have. Needs a QApplication.
    """
    return QIcon(_Glyph(_charmap()[name], tone))


@cache
def known_icons() -> frozenset[str]:
    """The names that the family has, heavier and lighter cuts left out."""
    return frozenset(name for name in _charmap() if not name.endswith(_WEIGHTS))


@cache
def _charmap() -> dict[str, str]:
    text = _shipped("phosphor-charmap-*.json").read_text(encoding="utf-8")
    return {name: chr(int(code, 16)) for name, code in json.loads(text).items()}


@cache
def _family() -> str:
    font_id = QFontDatabase.addApplicationFont(str(_shipped("phosphor-[0-9]*.ttf")))
    return QFontDatabase.applicationFontFamilies(font_id)[0]


def _shipped(pattern: str) -> Path:
    spec = find_spec("qtawesome")
    folders = spec.submodule_search_locations if spec else None
    for folder in folders or ():
        for path in sorted(Path(folder, "fonts").glob(pattern)):
            return path
    raise NotPresent("the icons are missing", where="qtawesome", hint="install the studio again")


class _Glyph(QIconEngine):
    """One character of the icon font, drawn as large as asked for."""

    def __init__(self, character: str, tone: str) -> None:
        super().__init__()
        self._character, self._tone = character, tone

    def clone(self) -> QIconEngine:
        """Another one like this."""
        return _Glyph(self._character, self._tone)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw it into `rect`."""
        font = QFont(_family())
        font.setPixelSize(min(rect.width(), rect.height()))
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        painter.save()
        painter.setFont(font)
        painter.setPen(self._colour(mode, state))
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), self._character)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """A picture of it; Qt gives `size` in device pixels."""
        made = QPixmap(size)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return made

    def _colour(self, mode: QIcon.Mode, state: QIcon.State) -> QColor:
        if mode is QIcon.Mode.Disabled:
            return colour("icon_disabled")
        if self._tone != "text_2":
            return colour(self._tone)
        if state is QIcon.State.On:
            return colour("icon_on")
        return colour("text_1" if mode is not QIcon.Mode.Normal else "text_2")
