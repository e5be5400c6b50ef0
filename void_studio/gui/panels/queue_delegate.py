"""How the queue's stage is drawn: words, a bar, a share."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from void_studio.app.session.queue import QueueRow, QueueState
from void_studio.gui.panels.queue_model import BAR_ROLE, ROW_ROLE, stage_text
from void_studio.gui.theme import colour

__all__ = ["StageDelegate"]

_WORDS_WIDTH = 200
_SHARE_WIDTH = 44
_BAR_HEIGHT = 4
_PADDING = 8


class StageDelegate(QStyledItemDelegate):
    """Words at the left, the bar in the middle, the share at the right."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw one cell."""
        plain = QStyleOptionViewItem(option)
        self.initStyleOption(plain, index)
        plain.text = ""
        option.widget.style().drawControl(
            option.widget.style().ControlElement.CE_ItemViewItem,
            plain,
            painter,
            option.widget,
        )
        area: QRect = option.rect.adjusted(_PADDING, 0, -_PADDING, 0)
        row: QueueRow = index.data(ROW_ROLE)
        share = index.data(BAR_ROLE)
        painter.save()
        painter.setPen(colour("error" if row.state is QueueState.FAILED else "text_2"))
        words = area if share is None else area.adjusted(0, 0, _WORDS_WIDTH - area.width(), 0)
        _draw_text(painter, words, stage_text(row), Qt.AlignmentFlag.AlignLeft)
        if share is not None:
            _draw_bar(painter, area, float(share))
        painter.restore()


def _draw_text(painter: QPainter, area: QRect, text: str, side: Qt.AlignmentFlag) -> None:
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, side | Qt.AlignmentFlag.AlignVCenter, shown)


def _draw_bar(painter: QPainter, area: QRect, share: float) -> None:
    room = area.width() - _WORDS_WIDTH - _SHARE_WIDTH - 2 * _PADDING
    percent = QRect(area.right() - _SHARE_WIDTH, area.top(), _SHARE_WIDTH, area.height())
    painter.setPen(colour("text_1"))
    _draw_text(painter, percent, f"{share:.0%}".replace("%", " %"), Qt.AlignmentFlag.AlignRight)
    if room < _SHARE_WIDTH:
        return
    top = area.center().y() - _BAR_HEIGHT // 2
    whole = QRect(area.left() + _WORDS_WIDTH + _PADDING, top, room, _BAR_HEIGHT)
    painter.fillRect(whole, colour("line"))
    whole.setWidth(round(room * min(1.0, share)))
    painter.fillRect(whole, colour("accent"))
