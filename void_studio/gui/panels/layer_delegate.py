"""How a layer is drawn in its list: eye, mark of the role, name, frames, lock."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from void_studio.gui.controls import paint_role
from void_studio.gui.icons import icon
from void_studio.gui.panels.layer_model import LAYER_ROLE, LOCKED_ROLE
from void_studio.gui.panels.words import plural
from void_studio.gui.theme import colour, size, text_font
from void_studio.quadmask import MatteLayer

__all__ = ["LayerDelegate"]

_PADDING = 8
_ICON = 16
_SWATCH = 12
_Index = QModelIndex | QPersistentModelIndex


class LayerDelegate(QStyledItemDelegate):
    """Clicks on the eye and the lock are told with the layer's id."""

    eye_clicked = Signal(str)
    lock_clicked = Signal(str)

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """Rows of 28."""
        return QSize(0, size("row"))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw one layer."""
        layer: MatteLayer = index.data(LAYER_ROLE)
        area: QRect = option.rect
        painter.save()
        _draw_ground(painter, option)
        eye = "eye" if layer.visible else "eye-slash"
        icon(eye, tone="text_2" if layer.visible else "text_3").paint(painter, _eye(area))
        swatch = QRectF(_eye(area).right() + 9, area.center().y() - _SWATCH / 2, _SWATCH, _SWATCH)
        paint_role(painter, swatch, layer.role.value, faint=not layer.visible)
        _draw_words(painter, area, layer)
        locked = bool(index.data(LOCKED_ROLE))
        tone = "text_1" if locked else "text_disabled"
        icon("lock-simple" if locked else "lock-simple-open", tone=tone).paint(painter, _lock(area))
        painter.restore()

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: _Index,
    ) -> bool:
        """Tell of clicks on the eye and on the lock."""
        if event.type() == QEvent.Type.MouseButtonRelease and isinstance(event, QMouseEvent):
            layer: MatteLayer = index.data(LAYER_ROLE)
            place = event.position().toPoint()
            if _eye(option.rect).adjusted(-4, -6, 4, 6).contains(place):
                self.eye_clicked.emit(layer.id)
                return True
            if _lock(option.rect).adjusted(-4, -6, 4, 6).contains(place):
                self.lock_clicked.emit(layer.id)
                return True
        return super().editorEvent(event, model, option, index)

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: _Index
    ) -> None:
        """The name's place."""
        editor.setGeometry(_words(option.rect).adjusted(-6, 2, 0, -2))
        if isinstance(editor, QLineEdit):
            editor.setAccessibleName("Layer name")


def _eye(area: QRect) -> QRect:
    return QRect(area.left() + _PADDING, area.center().y() - _ICON // 2 + 1, _ICON, _ICON)


def _lock(area: QRect) -> QRect:
    left = area.right() - _PADDING - _ICON
    return QRect(left, area.center().y() - _ICON // 2 + 1, _ICON, _ICON)


def _words(area: QRect) -> QRect:
    left = _eye(area).right() + 9 + _SWATCH + 8
    return QRect(left, area.top(), _lock(area).left() - 8 - left, area.height())


def _draw_ground(painter: QPainter, option: QStyleOptionViewItem) -> None:
    state: QStyle.StateFlag = option.state
    area: QRect = option.rect
    if state & QStyle.StateFlag.State_Selected:
        painter.fillRect(area, colour("selected"))
        painter.fillRect(QRect(area.topLeft(), QSize(2, area.height())), colour("accent"))
    elif state & QStyle.StateFlag.State_MouseOver:
        painter.fillRect(area, colour("hover_row"))


def _draw_words(painter: QPainter, area: QRect, layer: MatteLayer) -> None:
    words = _words(area)
    painter.setFont(text_font(11))
    painter.setPen(colour("text_2" if layer.visible else "text_3"))
    count = plural(len(layer.painted_frames()), "frame")
    painter.drawText(words, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, count)
    words.setWidth(words.width() - painter.fontMetrics().horizontalAdvance(count) - 8)
    painter.setFont(text_font(12))
    painter.setPen(colour("text_1" if layer.visible else "text_3"))
    metrics = painter.fontMetrics()
    name = metrics.elidedText(layer.name, Qt.TextElideMode.ElideRight, words.width())
    painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, name)
