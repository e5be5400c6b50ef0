"""A shot whose plate is not there, in a cut with others that are."""

from pathlib import Path

import opentimelineio as otio
import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tests.gui.viewer_parts import make_plate
from void_studio.app.session import Places, Session
from void_studio.gui.bridge import QtPost
from void_studio.gui.timeline import TimelineStrip
from void_studio.gui.viewer import ViewerPane, missing_plate


def _cut_of_two(folder: Path) -> tuple[Path, Path]:
    """A timeline whose second plate is elsewhere; the timeline and where that plate really is."""
    plate = make_plate(folder)
    other = folder / "store"
    other.mkdir()
    moved = make_plate(other)
    track = otio.schema.Track("V1", kind=otio.schema.TrackKind.Video)
    start = otio.opentime.RationalTime(96, 24)
    ten = otio.opentime.RationalTime(10, 24)
    for name, media in (("here", plate), ("gone", folder / "gone.mov")):
        reference = otio.schema.ExternalReference(
            target_url=media.as_uri(),
            available_range=otio.opentime.TimeRange(start, ten),
        )
        track.append(
            otio.schema.Clip(
                name=name,
                media_reference=reference,
                source_range=otio.opentime.TimeRange(start, ten),
            )
        )
    timeline = otio.schema.Timeline("two")
    timeline.tracks.append(track)
    path = folder / "two.otio"
    otio.adapters.write_to_file(timeline, str(path))
    return path, moved


def test_an_offline_shot_shows_where_its_plate_should_be_and_opens_when_relinked(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    timeline, moved = _cut_of_two(tmp_path)
    session = Session(Places(tmp_path / "state"), post=QtPost())
    pane, strip = ViewerPane(session), TimelineStrip(session)
    for widget in (pane, strip):
        qtbot.addWidget(widget)
        widget.resize(900, 600)
        widget.show()
    session.open(timeline)
    qtbot.waitUntil(lambda: len(session.shots) == 2, timeout=20_000)
    here, gone = session.shots
    assert gone.offline
    assert here.offline is None
    strip.canvas.picked.emit(here.id)
    qtbot.waitUntil(lambda: session.shot is not None, timeout=20_000)
    strip.canvas.picked.emit(gone.id)
    assert pane.missing.isVisible()
    assert pane.missing.geometry() == pane.canvas.rect()
    strip.canvas.picked.emit(here.id)
    assert not pane.missing.isVisible()
    strip.canvas.picked.emit(gone.id)
    monkeypatch.setattr(missing_plate, "ask_file", lambda *_: moved)
    pane.missing.findChild(QPushButton, "viewer.relink").click()
    qtbot.waitUntil(
        lambda: session.shot is not None and session.shot.row.id == gone.id, timeout=20_000
    )
    assert not pane.missing.isVisible()
    qtbot.waitUntil(lambda: not session.tasks.running(), timeout=20_000)
    pane.close_down()
    session.close()
