"""A picture that fits its widget, with a caption."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from void_studio.gui.theme import colour

__all__ = ["Picture", "image_of"]

_LEAST = QSize(160, 90)


def image_of(pixels: npt.NDArray[np.uint8]) -> QImage:
    """A QImage of uint8 (height, width, 4), B G R 255; it has its own copy."""
    height, width = pixels.shape[:2]
    stored = np.ascontiguousarray(pixels)
    return QImage(stored.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()


class Picture(QWidget):
    """Shows an image whole, on the viewer's grey; `words` where there is none."""

    def __init__(self, name: str, title: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setMinimumSize(_LEAST)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._words = words
        self._image: QImage | None = None

    def show_image(self, image: QImage | None) -> None:
        """Show another image, or none."""
        self._image = image
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the image, or the words."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour("viewer"))
        if self._image is None:
            painter.setPen(colour("text_3"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(12, 8, -12, -8), flags, self._words)
            return
        size = QSize(self._image.size()).scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        left, top = (self.width() - size.width()) / 2, (self.height() - size.height()) / 2
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QRectF(left, top, size.width(), size.height()), self._image)
