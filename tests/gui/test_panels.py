"""The panels of a real session on a small cut, without a screen."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from tests.e2e.conftest import Cut, cut, worker_state
from void_studio.app.framing import canvas_framing, fill_bounds
from void_studio.app.session import Places, Session
from void_studio.app.session.desk import RenderDesk
from void_studio.app.session.queue import QueueState
from void_studio.app.session.reasoning import Reasoning
from void_studio.app.session.suggesting import Suggesting
from void_studio.core import Extent, Rect
from void_studio.finish import Framing, FramingMode
from void_studio.gui.bridge import QtPost
from void_studio.gui.panels import (
    ConformDialog,
    HistoryPanel,
    LayersPanel,
    QueuePanel,
    ShotPanel,
    VersionsPanel,
)
from void_studio.gui.panels.affected_section import AffectedSection
from void_studio.gui.panels.fill_words import fill_resolution
from void_studio.gui.panels.reason_dialog import ReasonDialog
from void_studio.gui.panels.result_list import ResultList
from void_studio.gui.timeline import TimelineStrip
from void_studio.quadmask import Role

__all__ = ["cut", "worker_state"]

_LOOK = os.environ.get("LOOK")


@dataclass
class Studio:
    session: Session
    desk: RenderDesk
    bot: QtBot

    def show(self, widget: QWidget, width: int, height: int) -> QWidget:
        self.bot.addWidget(widget)
        widget.setProperty("plane", "panel")
        widget.resize(width, height)
        widget.show()
        return widget

    def look(self, widget: QWidget, name: str) -> None:
        if _LOOK:
            widget.grab().save(str(Path(_LOOK) / f"{name}.png"))


@pytest.fixture
def studio(cut: Cut, tmp_path: Path, qtbot: QtBot) -> Iterator[Studio]:
    media = tmp_path / "job"
    media.mkdir()
    timeline = media / "cut.otio"
    timeline.write_bytes(cut.timeline.read_bytes())
    session = Session(Places(tmp_path / "state"), post=QtPost())
    desk = RenderDesk(session)
    session.open(timeline)
    qtbot.waitUntil(lambda: desk.shelf is not None, timeout=30_000)
    session.choose(cut.shot)
    qtbot.waitUntil(lambda: session.shot is not None, timeout=30_000)
    yield Studio(session, desk, qtbot)
    session.close()


def _paint(studio: Studio, cut: Cut) -> None:
    shot = studio.session.shot
    assert shot is not None
    layer = shot.document.add_layer("Ball", Role.REMOVE)
    studio.session.view.layer_id = layer.id
    first = shot.plate.available_range.start
    mattes = {
        frame: np.asarray(cut.scene.object_matte(frame - first))
        for frame in shot.work
        if frame in shot.document.range
    }
    shot.document.set_mattes(layer.id, mattes)


def _set_active_and_reject(studio: Studio, versions: QWidget) -> None:
    shelf = studio.desk.shelf
    assert shelf is not None
    takes = versions.findChild(ResultList, "versions.takes.list")
    published = versions.findChild(ResultList, "versions.published.list")
    published.choose(shelf.versions[0].id)
    studio.bot.keyClick(published, Qt.Key.Key_3)
    assert shelf.versions[0].mark.stars == 3
    activate = versions.findChild(QWidget, "versions.activate")
    studio.bot.mouseClick(activate, Qt.MouseButton.LeftButton)
    assert not activate.isEnabled()
    studio.bot.waitUntil(lambda: 1 in {shot.active for shot in studio.session.shots})
    assert shelf.versions[0].active
    takes.choose(shelf.takes[0].id)
    reject = versions.findChild(QWidget, "versions.reject")
    studio.bot.mouseClick(reject, Qt.MouseButton.LeftButton)
    assert not takes.isVisible()
    folded = versions.findChild(QWidget, "versions.rejected")
    studio.bot.mouseClick(folded, Qt.MouseButton.LeftButton)
    assert takes.isVisible()


def test_the_layers_panel_follows_the_document(studio: Studio, cut: Cut) -> None:
    panel = studio.show(LayersPanel(studio.session), 340, 800)
    assert not panel.findChild(QWidget, "layers.list").isVisible()
    _paint(studio, cut)
    assert panel.findChild(QWidget, "layers.list").model().rowCount() == 1
    shot = studio.session.shot
    assert shot is not None
    studio.bot.mouseClick(panel.findChild(QWidget, "layers.duplicate"), Qt.MouseButton.LeftButton)
    assert [layer.name for layer in shot.document.layers] == ["Ball copy", "Ball"]
    affected = panel.findChild(QWidget, "layer.role.affected")
    studio.bot.mouseClick(affected, Qt.MouseButton.LeftButton)
    assert shot.document.layers[0].role is Role.AFFECTED
    studio.bot.wait(600)
    studio.look(panel, "layers")


def test_a_shot_is_rendered_published_and_written_into_the_cut(
    studio: Studio, cut: Cut, tmp_path: Path
) -> None:
    session, desk = studio.session, studio.desk
    shot_panel = studio.show(ShotPanel(session, desk), 400, 900)
    queue_panel = studio.show(QueuePanel(desk), 1400, 240)
    versions = studio.show(VersionsPanel(session, desk), 400, 900)
    history = studio.show(HistoryPanel(session), 340, 400)
    strip = studio.show(TimelineStrip(session), 1400, 148)
    render = shot_panel.findChild(QWidget, "shot.render")
    assert not render.isEnabled()
    _paint(studio, cut)
    studio.bot.waitUntil(render.isEnabled, timeout=30_000)
    studio.look(shot_panel, "shot")
    studio.bot.mouseClick(render, Qt.MouseButton.LeftButton)
    queue = desk.queue
    assert queue is not None
    studio.bot.waitUntil(
        lambda: bool(queue.rows) and queue.rows[0].state is QueueState.RENDERING, timeout=60_000
    )
    studio.look(queue_panel, "queue")
    studio.bot.waitUntil(lambda: queue.rows[0].state.is_end, timeout=120_000)
    assert queue.rows[0].state is QueueState.DONE, queue.rows[0].text
    publish = versions.findChild(QWidget, "versions.publish")
    studio.bot.waitUntil(publish.isEnabled, timeout=30_000)
    studio.bot.mouseClick(publish, Qt.MouseButton.LeftButton)
    shelf = desk.shelf
    assert shelf is not None
    studio.bot.waitUntil(lambda: bool(shelf.versions), timeout=60_000)
    studio.bot.waitUntil(lambda: any(shot.versions for shot in session.shots), timeout=60_000)
    _set_active_and_reject(studio, versions)
    studio.bot.wait(500)
    for widget, name in ((queue_panel, "queue_done"), (versions, "versions"), (strip, "timeline")):
        studio.look(widget, name)
    studio.look(history, "history")
    assert desk.cutting is not None
    folders = {cut.shot: {1: shelf.versions[0].version.folder}}
    dialog = ConformDialog(session, desk.cutting, folders)
    studio.show(dialog, 960, 640)
    write = dialog.findChild(QWidget, "conform.write")
    studio.bot.waitUntil(write.isEnabled, timeout=30_000)
    studio.look(dialog, "conform")
    out = Path(dialog.findChild(QWidget, "conform.file").text())
    studio.bot.mouseClick(write, Qt.MouseButton.LeftButton)
    studio.bot.waitUntil(out.exists, timeout=30_000)
    studio.bot.waitUntil(lambda: not session.tasks.running(), timeout=30_000)
    assert b"v001" in out.read_bytes()


def test_the_canvas_of_an_engine_lies_where_the_render_would_put_it(
    studio: Studio, cut: Cut
) -> None:
    _paint(studio, cut)
    session, desk = studio.session, studio.desk
    shot = session.shot
    assert shot is not None
    canvas = Extent(64, 32)
    desk.framing.look(shot, canvas)
    studio.bot.waitUntil(lambda: desk.framing.framing is not None, timeout=30_000)
    framing = desk.framing.framing
    assert framing is not None
    packed = shot.document.snapshot().pack(shot.work)
    values = map(packed.values, packed.range)
    fill = fill_bounds(values, packed.extent, shot.settings.feather)
    assert framing == canvas_framing(packed.extent, fill, canvas, FramingMode.AUTO)
    assert session.view.canvas_rect == framing.crop
    desk.framing.look(shot, None)
    assert session.view.canvas_rect is None


def test_an_enlarged_fill_is_told_by_how_much() -> None:
    plate, canvas = Extent(1920, 1080), Extent(672, 384)
    whole = Framing(plate, plate.rect, canvas)
    assert fill_resolution(whole) == "Fill at 2.9x up, 1920 x 1080 of the plate"
    native = Framing(plate, Rect(10, 10, 672, 384), canvas)
    assert fill_resolution(native).startswith("Fill at the plate's resolution")


def test_a_prompt_that_names_what_is_removed_is_told_while_it_is_written(
    studio: Studio, cut: Cut
) -> None:
    _paint(studio, cut)
    panel = studio.show(ShotPanel(studio.session, studio.desk), 400, 900)
    prompt = panel.findChild(QPlainTextEdit, "shot.prompt")
    assert prompt is not None
    prompt.setPlainText("A courtyard with a ball, removed from the scene, at dusk")
    remarks = panel.findChild(QWidget, "shot.remarks")
    words = " ".join(found.text() for found in remarks.findChildren(QLabel))
    assert "ball" in words.lower()
    studio.bot.wait(100)
    studio.look(panel, "remarks")


def test_what_the_object_touched_is_suggested_as_a_proposal(studio: Studio, cut: Cut) -> None:
    _paint(studio, cut)
    session = studio.session
    suggesting = Suggesting(session)
    section = studio.show(AffectedSection(session, suggesting), 340, 120)
    panel = studio.show(LayersPanel(session), 340, 800)
    studio.bot.mouseClick(section.findChild(QWidget, "affected.suggest"), Qt.MouseButton.LeftButton)
    studio.bot.waitUntil(lambda: not suggesting.is_busy, timeout=120_000)
    assert session.shot is not None
    (proposal,) = session.shot.proposals
    assert proposal.role is Role.AFFECTED
    studio.bot.wait(100)
    studio.look(panel, "proposal")
    before = len(session.shot.document.layers)
    studio.bot.mouseClick(panel.findChild(QWidget, "proposal.add"), Qt.MouseButton.LeftButton)
    shot = session.shot
    studio.bot.waitUntil(lambda: len(shot.document.layers) == before + 1, timeout=60_000)
    studio.bot.waitUntil(lambda: bool(shot.document.layers[0].painted_frames()), timeout=60_000)


def test_nothing_is_sent_to_a_model_before_it_was_looked_at(studio: Studio, cut: Cut) -> None:
    _paint(studio, cut)
    dialog = ReasonDialog(studio.session, Reasoning(studio.session))
    studio.show(dialog, 880, 620)
    assert not dialog.findChild(QWidget, "reason.send").isEnabled()
    studio.bot.wait(300)
    studio.look(dialog, "reason")


def test_a_prompt_that_was_rendered_is_offered_again_beside_the_templates(
    studio: Studio, cut: Cut
) -> None:
    _paint(studio, cut)
    session = studio.session
    panel = studio.show(ShotPanel(session, studio.desk), 400, 900)
    prompt = panel.findChild(QPlainTextEdit, "shot.prompt")
    button = panel.findChild(QToolButton, "shot.prompts")
    assert prompt is not None
    assert button is not None
    prompt.setPlainText("A courtyard at dusk, lit by lanterns.")
    panel.render_take(draft=True)
    prompt.setPlainText("Something else")
    menu = button.menu()
    menu.aboutToShow.emit()
    words = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert words[0] == "A courtyard at dusk, lit by lanterns."
    assert any(word.startswith("Exterior: ") for word in words)
    next(action for action in menu.actions() if not action.isSeparator()).trigger()
    assert prompt.toPlainText() == "A courtyard at dusk, lit by lanterns."
