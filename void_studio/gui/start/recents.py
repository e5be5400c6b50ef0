"""What was opened before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from void_studio.app.session import OpenedKind, Recent
from void_studio.gui.icons import icon
from void_studio.gui.theme import colour, mono_font, text_font

__all__ = ["RecentDelegate", "RecentModel", "spoken_date"]

_ROW = 56
_BOX = QSize(64, 36)
_ICONS = {
    OpenedKind.TIMELINE: "film-strip",
    OpenedKind.MOVIE: "video-camera",
    OpenedKind.PROJECT: "stack",
    OpenedKind.FOLDER: "folder-open",
}
_Index = QModelIndex | QPersistentModelIndex
_RECENT = Qt.ItemDataRole.UserRole
_FOUND = Qt.ItemDataRole.UserRole + 1
_NOWHERE = QModelIndex()


class RecentModel(QAbstractListModel):
    """Rows of what was opened; those that are no longer there are marked."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._recents: tuple[Recent, ...] = ()
        self._missing: frozenset[Path] = frozenset()

    def show(self, recents: Sequence[Recent], missing: frozenset[Path]) -> None:
        """Show these."""
        self.beginResetModel()
        self._recents, self._missing = tuple(recents), missing
        self.endResetModel()

    def recent(self, row: int) -> Recent:
        """What a row shows."""
        return self._recents[row]

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        """How many there are."""
        return 0 if parent.isValid() else len(self._recents)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Names, paths and states."""
        recent = self._recents[index.row()]
        missing = recent.path in self._missing
        values = {
            Qt.ItemDataRole.DisplayRole: recent.path.stem,
            Qt.ItemDataRole.ToolTipRole: str(recent.path),
            Qt.ItemDataRole.AccessibleTextRole: f"{recent.path.stem}, {recent.kind.value}",
            _RECENT: recent,
            _FOUND: not missing,
        }
        return values.get(Qt.ItemDataRole(role) if role < _RECENT else role)


class RecentDelegate(QStyledItemDelegate):
    """A mark of its kind, name and path; the date and what is wrong at the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """Rows of one height."""
        return QSize(0, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw a row."""
        recent, found = index.data(_RECENT), index.data(_FOUND)
        area = option.rect
        state = option.state
        painter.save()
        self._paint_ground(painter, area, state)
        self._paint_mark(painter, area, recent, found=found)
        left, right = area.left() + 24 + _BOX.width(), area.right() - 12
        self._paint_right(painter, QRect(left, area.top(), right - left, area.height()), recent)
        words = QRect(left, area.top() + 10, right - left - 110, 18)
        painter.setFont(text_font(13, weight=500))
        painter.setPen(colour("text_1" if found else "text_3"))
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, recent.path.stem)
        painter.setFont(mono_font())
        painter.setPen(colour("text_2" if found else "error"))
        below = words.translated(0, 19)
        text = str(recent.path) if found else f"Not found: {recent.path}"
        elided = painter.fontMetrics().elidedText(
            text, Qt.TextElideMode.ElideMiddle, right - left - 8
        )
        below.setRight(right)
        painter.drawText(below, Qt.AlignmentFlag.AlignVCenter, elided)
        painter.restore()

    def _paint_ground(self, painter: QPainter, area: QRect, state: QStyle.StateFlag) -> None:
        selected = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        if selected or hovered:
            painter.fillRect(area, colour("selected" if selected else "hover_row"))
        if selected:
            painter.fillRect(QRect(area.left(), area.top(), 2, area.height()), colour("accent"))
        painter.fillRect(QRect(area.left(), area.bottom(), area.width(), 1), colour("line"))

    def _paint_mark(self, painter: QPainter, area: QRect, recent: Recent, *, found: bool) -> None:
        box = QRect(area.left() + 12, area.top() + 10, _BOX.width(), _BOX.height())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("well"))
        painter.drawRoundedRect(QRectF(box), 2, 2)
        name = _ICONS[recent.kind] if found else "link-break"
        icon(name, tone="text_2" if found else "text_3").paint(
            painter, box.adjusted(22, 8, -22, -8)
        )

    def _paint_right(self, painter: QPainter, area: QRect, recent: Recent) -> None:
        painter.setFont(text_font(11))
        painter.setPen(colour("text_2"))
        top = QRect(area.left(), area.top() + 10, area.width(), 18)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(top, int(right), spoken_date(recent.at))


def spoken_date(at: datetime, now: datetime | None = None) -> str:
    """`Today 14:32`, `Yesterday`, or `14 Nov`, in local time; the year where it is another."""
    local = at.astimezone()
    today = (now or datetime.now(UTC)).astimezone()
    days = (today.date() - local.date()).days
    if days == 0:
        return f"Today {local:%H:%M}"
    if days == 1:
        return "Yesterday"
    return f"{local.day} {local:%b}" + (f" {local.year}" if local.year != today.year else "")
