"""How a take or version is drawn in its list: picture, name, state, two lines, stars."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from void_studio.app.session.marks import MOST_STARS
from void_studio.app.session.takes import ResultRow
from void_studio.gui.icons import icon
from void_studio.gui.panels.result_model import PICTURE_ROLE, RESULT_ROLE
from void_studio.gui.panels.words import day_and_clock, took
from void_studio.gui.theme import colour, size, text_font
from void_studio.versions import TakeState

__all__ = ["ResultDelegate", "second_line"]

_PICTURE = QSize(81, 46)
_PADDING = 12
_LINE = 16
_STAR = 14
_Index = QModelIndex | QPersistentModelIndex


def second_line(row: ResultRow) -> str:
    """Engine and seed."""
    engine = row.engine.partition(":")[0]
    return engine if row.seed is None else f"{engine} \N{MIDDLE DOT} seed {row.seed}"


class ResultDelegate(QStyledItemDelegate):
    """Rows of 64 pixels."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """As wide as the list."""
        return QSize(0, size("version_row"))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw one row."""
        row: ResultRow = index.data(RESULT_ROLE)
        area: QRect = option.rect
        painter.save()
        _draw_ground(painter, option)
        painter.setOpacity(0.5 if row.mark.state is TakeState.REJECTED else 1.0)
        _draw_picture(painter, area, index.data(PICTURE_ROLE))
        left = area.left() + _PADDING + _PICTURE.width() + 10
        words = QRect(left, area.top() + 8, area.right() - left - _PADDING, _LINE)
        _draw_name(painter, words, row)
        painter.setFont(text_font(11))
        painter.setPen(colour("text_2"))
        _draw_line(painter, words.translated(0, _LINE), second_line(row), _STAR * MOST_STARS)
        moment = day_and_clock(row.made_at, datetime.now(UTC))
        last = f"{moment} \N{MIDDLE DOT} {row.mark.note or took(row.seconds)}"
        _draw_line(painter, words.translated(0, 2 * _LINE), last, 0)
        _draw_stars(painter, words.translated(0, _LINE), row.mark.stars)
        painter.restore()


def _draw_ground(painter: QPainter, option: QStyleOptionViewItem) -> None:
    state: QStyle.StateFlag = option.state
    area: QRect = option.rect
    if state & QStyle.StateFlag.State_Selected:
        painter.fillRect(area, colour("selected"))
        painter.fillRect(QRect(area.topLeft(), QSize(2, area.height())), colour("accent"))
    elif state & QStyle.StateFlag.State_MouseOver:
        painter.fillRect(area, colour("hover_row"))


def _draw_picture(painter: QPainter, area: QRect, picture: QImage | None) -> None:
    top = area.top() + (area.height() - _PICTURE.height()) // 2
    frame = QRectF(area.left() + _PADDING, top, _PICTURE.width(), _PICTURE.height())
    painter.fillRect(frame, colour("viewer"))
    if picture is None:
        return
    fitted = QSize(picture.size()).scaled(_PICTURE, Qt.AspectRatioMode.KeepAspectRatio)
    shown = QRectF(0, 0, fitted.width(), fitted.height())
    shown.moveCenter(frame.center())
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(shown, picture)


def _draw_name(painter: QPainter, area: QRect, row: ResultRow) -> None:
    painter.setFont(text_font(12, weight=600))
    painter.setPen(colour("text_1"))
    painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, row.name)
    width = painter.fontMetrics().horizontalAdvance(row.name)
    chip = _chip(row)
    if chip is not None:
        _draw_chip(painter, QPointF(area.left() + width + 8, area.top()), *chip)


def _chip(row: ResultRow) -> tuple[str, str, str] | None:
    """Words, ground and ink of the state, the one that matters most."""
    if not row.version.certificate.ok:
        return "Not certified", "error_chip", "on_error_chip"
    if row.mark.state is TakeState.REJECTED:
        return "Rejected", "button", "text_2"
    if row.stale:
        return "Stale", "warn_chip", "warn"
    return ("Active in cut", "accent", "on_accent") if row.active else None


def _draw_chip(painter: QPainter, at: QPointF, words: str, ground: str, ink: str) -> None:
    painter.setFont(text_font(11))
    width = painter.fontMetrics().horizontalAdvance(words) + 10
    area = QRectF(at.x(), at.y(), width, _LINE)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(ground))
    painter.drawRoundedRect(area, 2, 2)
    painter.setPen(colour(ink))
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, words)


def _draw_line(painter: QPainter, area: QRect, text: str, kept_free: int) -> None:
    room = area.adjusted(0, 0, -kept_free, 0)
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)


def _draw_stars(painter: QPainter, area: QRect, stars: int) -> None:
    if not stars:
        return
    left = area.right() - MOST_STARS * _STAR
    for place in range(MOST_STARS):
        name = "star-fill" if place < stars else "star"
        spot = QRect(left + place * _STAR, area.top() + 1, _STAR, _STAR)
        icon(name, tone="text_1" if place < stars else "text_3").paint(painter, spot)
