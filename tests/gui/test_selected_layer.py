"""What the viewer shows of the layer in hand: a wider outline, a pen that is forbidden."""

from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui.viewer_parts import EXTENT, make_plate, viewer_on
from void_studio.quadmask import Role


def test_the_selected_layer_has_a_wider_outline_and_a_locked_one_forbids_the_pen(
    qtbot: QtBot, tmp_path: Path
) -> None:
    with viewer_on(qtbot, tmp_path, make_plate(tmp_path)) as watched:
        document, view = watched.shot.document, watched.session.view
        layers = [document.add_layer(name, Role.REMOVE) for name in ("left", "right")]
        for layer, columns in zip(layers, (slice(20, 100), slice(200, 280)), strict=True):
            matte = np.zeros(EXTENT.shape, np.bool_)
            matte[40:140, columns] = True
            document.set_mattes(layer.id, {view.frame: matte})
        view.layer_id = None
        neither = watched.grabbed()
        view.layer_id = layers[0].id
        left = watched.grabbed()
        changed = np.flatnonzero((left != neither).any(axis=(0, 2)))
        middle = watched.at(150, 0).x()
        assert changed.size
        assert changed.max() < middle
        canvas = watched.pane.canvas
        assert canvas.cursor().shape() is not Qt.CursorShape.ForbiddenCursor
        document.lock(layers[0].id, [view.frame])
        QApplication.sendEvent(canvas, QEvent(QEvent.Type.Enter))
        assert canvas.cursor().shape() is Qt.CursorShape.ForbiddenCursor
        view.layer_id = layers[1].id
        assert canvas.cursor().shape() is not Qt.CursorShape.ForbiddenCursor
