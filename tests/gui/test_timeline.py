"""The timeline strip's scale and canvas, without a session."""

from fractions import Fraction
from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from void_studio.app.session import Cut, ShotRow, TrackRow
from void_studio.core import FrameRange
from void_studio.gui.timeline.canvas import TimelineCanvas
from void_studio.gui.timeline.scale import Scale


def _shot(number: int) -> ShotRow:
    return ShotRow(
        id=f"sh-{number}",
        name=f"SH{number:04d}",
        sequence="SEQ",
        track="V1",
        record_range=FrameRange(number * 24, 24),
        source_range=FrameRange(1001, 24),
        work_range=None,
        enabled=True,
        offline=None,
        refused=None,
        retime=None,
        uses=(1, 1),
        versions=(),
        active=None,
        stale=False,
        has_quadmask=False,
        note="",
    )


def _cut(shots: int) -> Cut:
    rows = tuple(_shot(number) for number in range(shots))
    track = TrackRow("V1", "video", rows)
    return Cut(Path("a.otio"), "a", Fraction(24), None, FrameRange(0, 24 * shots), (track,))


def test_a_pixel_and_its_frame_agree_at_every_zoom() -> None:
    scale = Scale.fit(FrameRange(0, 1000), 500)
    for factor in (1.0, 3.0, 40.0):
        near = scale.zoomed(factor, 250, 500)
        for frame in (near.frame(10), near.frame(250), near.frame(490)):
            assert near.frame(near.x(frame) + near.px_per_frame / 2) == frame


def test_zooming_keeps_what_is_under_the_pointer_and_never_shows_more_than_the_cut() -> None:
    scale = Scale.fit(FrameRange(0, 1000), 500)
    near = scale.zoomed(8, 200, 500)
    assert near.frame(200) == scale.frame(200)
    assert near.zoomed(1 / 100, 200, 500) == scale


def test_a_cut_that_is_shown_whole_stays_whole_when_the_window_changes(qtbot: QtBot) -> None:
    canvas = TimelineCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(1400, 100)
    canvas.show()
    canvas.show_cut(_cut(5))
    canvas.resize(700, 100)
    assert canvas.closeness() == 1.0
    canvas.zoom(4.0)
    canvas.resize(900, 100)
    assert canvas.closeness() > 1.0


def test_arrow_keys_go_from_shot_to_shot(qtbot: QtBot) -> None:
    canvas = TimelineCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(1400, 100)
    canvas.show_cut(_cut(3))
    canvas.set_chosen("sh-0")
    with qtbot.waitSignal(canvas.picked) as picked:
        qtbot.keyClick(canvas, Qt.Key.Key_Right)
    assert picked.args == ["sh-1"]
