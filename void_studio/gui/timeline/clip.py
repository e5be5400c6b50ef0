"""How a clip of the cut is drawn: picture, name, one line of state."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPen

from void_studio.app.session.values import ShotRow
from void_studio.gui.theme import colour, text_font

__all__ = ["draw_clip", "state_line"]

_PICTURE_PX = 60
_LEAST_WITH_PICTURE = 130
_LEAST_WITH_WORDS = 44
_HATCH_PX = 7
_CHIP_HEIGHT = 15
_RADIUS = 2.0


def state_line(shot: ShotRow) -> str:
    """One line: why it can not be used, or how far it is."""
    if not shot.enabled:
        return "Disabled"
    if shot.offline:
        return "Media offline"
    if shot.refused:
        return shot.refused
    use, uses = shot.uses
    parts = [f"{use} of {uses} uses"] if uses > 1 else []
    if shot.retime:
        parts.append(shot.retime)
    if not parts:
        parts.append("Quadmask" if shot.has_quadmask else "No quadmask")
    return " \N{MIDDLE DOT} ".join(parts)


def draw_clip(
    painter: QPainter, area: QRectF, shot: ShotRow, picture: QImage | None, *, selected: bool
) -> None:
    """Draw one clip into `area`."""
    usable = shot.enabled and not shot.offline
    painter.save()
    painter.setClipRect(area)
    painter.fillRect(area, colour("button_on" if selected else "button"))
    if not usable:
        painter.fillRect(area, colour("hover_row"))
    if shot.offline:
        _hatch(painter, area)
    words = area.adjusted(8, 0, -4, 0)
    if picture is not None and area.width() >= _LEAST_WITH_PICTURE and not shot.offline:
        words.setLeft(_draw_picture(painter, area, picture, dim=not usable) + 8)
    if words.width() >= _LEAST_WITH_WORDS:
        _draw_words(painter, words, shot, selected=selected)
    painter.restore()
    if selected:
        painter.setPen(QPen(colour("accent"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5))


def _hatch(painter: QPainter, area: QRectF) -> None:
    painter.setPen(QPen(colour("panel"), 2))
    height = area.height()
    x = area.left() - height
    while x < area.right():
        painter.drawLine(QPointF(x, area.bottom()), QPointF(x + height, area.top()))
        x += _HATCH_PX


def _draw_picture(painter: QPainter, area: QRectF, picture: QImage, *, dim: bool) -> float:
    """Fill the left end with the middle of the picture; where it ends."""
    box = QRectF(area.left(), area.top(), _PICTURE_PX, area.height())
    filled = QSize(picture.size()).scaled(
        box.size().toSize(), Qt.AspectRatioMode.KeepAspectRatioByExpanding
    )
    shown = QRectF(0, 0, filled.width(), filled.height())
    shown.moveCenter(box.center())
    painter.save()
    painter.setClipRect(box, Qt.ClipOperation.IntersectClip)
    painter.setOpacity(0.35 if dim else 1.0)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(shown, picture)
    painter.restore()
    return box.right()


def _draw_words(painter: QPainter, area: QRectF, shot: ShotRow, *, selected: bool) -> None:
    usable = shot.enabled and not shot.offline
    name = QRectF(area.left(), area.top() + area.height() / 2 - 16, area.width(), 16)
    painter.setFont(text_font(11, weight=600 if selected else 500))
    painter.setPen(colour("text_1" if usable else "text_3"))
    _elided(painter, name, shot.name)
    second = name.translated(0, 16)
    painter.setFont(text_font(11))
    line = state_line(shot)
    painter.setPen(colour("on_error_chip" if shot.offline else "text_2" if usable else "text_3"))
    chip = _version_chip(shot)
    width = painter.fontMetrics().horizontalAdvance(line)
    _elided(painter, second, line)
    if chip is not None and width + 60 < area.width():
        _draw_chip(painter, second.left() + width + 8, second.top(), *chip)


def _version_chip(shot: ShotRow) -> tuple[str, str, str] | None:
    """Words, ground and ink of the version that counts."""
    number = shot.active or (shot.versions[-1] if shot.versions else None)
    if number is None:
        return None
    if shot.stale:
        return f"v{number:03d} stale", "warn_chip", "warn"
    return (
        (f"v{number:03d}", "accent", "on_accent")
        if shot.active
        else (f"v{number:03d}", "button_hover", "text_1")
    )


def _draw_chip(painter: QPainter, x: float, y: float, words: str, ground: str, ink: str) -> None:
    width = painter.fontMetrics().horizontalAdvance(words) + 8
    area = QRectF(x, y, width, _CHIP_HEIGHT)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(ground))
    painter.drawRoundedRect(area, _RADIUS, _RADIUS)
    painter.setPen(colour(ink))
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, words)


def _elided(painter: QPainter, area: QRectF, text: str) -> None:
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(area.width()))
    painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, shown)
