"""The studio without a window: opening, choosing, painting, saving, opening again."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import psutil
import pytest

from tests.guard import Touched, guarded
from tests.session_parts import (
    EXTENT,
    FRAMES,
    SOURCE,
    Studio,
    make_cut,
    make_plate,
    studio_in,
)
from tests.unit.version_parts import request_for
from void_studio.app.demo.footage import RATE
from void_studio.app.session import (
    FramingChoice,
    LayerProposal,
    Level,
    ShotSettings,
    StrokeLives,
    TaskState,
)
from void_studio.app.session import project_place as place_module
from void_studio.core import FrameRange
from void_studio.project import Project, ProjectVersion
from void_studio.quadmask import (
    FrameState,
    PointPrompt,
    Quadmask,
    Role,
    encode_document,
    pack,
    read_quadmask,
    write_quadmask,
)

HEAVY = ("torch", "grpc", "OpenImageIO", "PyOpenColorIO", "cv2", "opentimelineio", "PySide6")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    make_cut(folder)
    return folder


@pytest.fixture
def cut(made, tmp_path):
    """A copy of the cut for one test; its media stay where they are."""
    folder = tmp_path / "cut"
    folder.mkdir()
    shutil.copy(made / "cut.otio", folder)
    return folder / "cut.otio"


@pytest.fixture
def studio(tmp_path):
    with studio_in(tmp_path / "state") as studio:
        yield studio


def paint(studio: Studio, x: float = 30, y: float = 30) -> None:
    painting = studio.session.shot.painting
    assert painting.begin(x, y)
    painting.move(x + 10, y + 4)
    painting.end()


def folder_of_void(folder: Path) -> Path:
    """A folder as VOID's scripts leave it."""
    import av

    folder.mkdir()
    make_plate(folder / "plate.mov")
    (folder / "plate.mov").rename(folder / "input_video.mp4")
    (folder / "prompt.json").write_text(json.dumps({"bg": "an empty table"}))
    with av.open(str(folder / "quadmask_0.mp4"), "w") as file:
        stream = file.add_stream("libx264rgb", rate=RATE, options={"qp": "0"})
        stream.width, stream.height, stream.pix_fmt = EXTENT.width, EXTENT.height, "rgb24"
        for index in range(len(FRAMES)):
            values = np.full((*EXTENT.shape, 3), 255, np.uint8)
            values[10:20, 5 + index : 15 + index] = 0
            values[18:24, 5 + index : 15 + index] = 127
            frame = av.VideoFrame.from_ndarray(values, format="rgb24")
            for packet in stream.encode(frame):
                file.mux(packet)
        for packet in stream.encode():
            file.mux(packet)
    return folder


def test_the_session_is_imported_without_the_heavy_libraries():
    code = "import sys, void_studio.app.session; print('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()).isdisjoint(HEAVY)


def test_a_timeline_is_opened_with_a_project_beside_it(studio, cut):
    session = studio.open(cut)
    assert not studio.bad
    assert session.project_path == cut.with_suffix(".void")
    assert [row.uses for row in session.shots] == [(1, 2), (2, 2), (1, 1)]
    assert session.shots[0].source_range == SOURCE
    assert session.shots[0].work_range == SOURCE.widened(6, 8)
    assert session.shots[2].offline.endswith("gone.mov")
    assert session.cut.range == FrameRange(0, 24)
    assert session.recents[0].path == cut
    assert session.shot is None


def test_a_whole_session_touches_no_file_on_its_own_thread(studio, cut):
    with guarded():
        session = studio.open(cut)
        studio.choose(0)
        shot = session.shot
        paint(studio)
        session.view.stroke_lives = StrokeLives.ALL
        shot.painting.rectangle((5, 5), (20, 18))
        shot.painting.polygon([(40, 40), (60, 42), (50, 60)])
        shot.painting.ellipse((60, 10), (80, 30))
        shot.painting.fill_region(1, 60)
        shot.painting.toggle_cell(90, 60)
        studio.settle()
        shot.painting.grow(2, StrokeLives.ALL)
        studio.settle()
        shot.painting.fill_holes()
        shot.painting.remove_specks(20)
        studio.settle()
        shot.painting.undo()
        shot.painting.redo()
        shot.document.values(session.view.frame)
        shot.document.set_prompts(shot.document.layers[0].id, [PointPrompt(SOURCE.start, 4, 4)])
        shot.set_settings(ShotSettings(prompt="an empty table"))
        mattes = {SOURCE.start: np.ones(EXTENT.shape, np.bool_)}
        shot.propose(LayerProposal("Shadow", Role.AFFECTED, mattes, "flow"))
        shot.accept(shot.proposals[0].id)
        studio.settle()
        session.export_quadmask(cut.parent / "out.mkv")
        session.save()
        studio.settle()
        studio.choose(1)
        session.set_note(session.shots[0].id, "mind the edge")
        session.open(cut)
        studio.settle()
        studio.choose(0)
        session.close()
    assert not studio.bad


def test_the_guard_refuses(tmp_path):
    with guarded(), pytest.raises(Touched, match="open"):
        (tmp_path / "file").write_bytes(b"")
    (tmp_path / "file").write_bytes(b"")


def test_what_was_painted_is_there_again_with_its_history(studio, cut, tmp_path):
    studio.open(cut)
    session = studio.choose(0)
    for step in range(5):
        paint(studio, 20 + step)
    session.shot.painting.undo()
    document = session.shot.document
    settings = ShotSettings(
        prompt="an empty table", handles=3, framing=FramingChoice.CROP, params={"seed": 4}
    )
    session.shot.set_settings(settings)
    studio.settle()
    written = encode_document(document)
    session.close()
    with studio_in(tmp_path / "state") as again:
        again.open(cut.with_suffix(".void"))
        session = again.choose(0)
        assert not again.bad
        assert encode_document(session.shot.document) == written
        assert session.shot.settings == settings
        assert session.shot.work == SOURCE.widened(3, 3)
        assert session.shots[0].has_quadmask
        assert session.shot.painting.redo()
        while session.shot.painting.undo():
            pass
        assert not session.shot.document.layers


def test_every_edit_is_in_the_file_before_anything_is_saved(studio, cut):
    studio.open(cut)
    session = studio.choose(0)
    paint(studio)
    studio.settle()
    assert session.save_state.saved_at is not None
    assert session.save_state.history_steps == 2
    with Project.open(session.project_path) as project:
        kept = project.quadmask(session.shot.row.id)
    assert encode_document(kept) == encode_document(session.shot.document)


def test_a_second_studio_is_read_only_and_says_who_has_the_project(studio, cut, tmp_path):
    studio.open(cut)
    with studio_in(tmp_path / "other") as other:
        session = other.open(cut)
        assert "is open for writing by" in session.read_only
        assert any("read-only" in message.what for message in other.said)
        other.choose(0)
        assert not session.shot.painting.begin(10, 10)
        assert other.said[-1].what.startswith("painting is off")
        assert not session.shot.document.layers
    studio.choose(0)
    paint(studio)
    studio.settle()
    assert not studio.bad


def test_opening_what_is_open_keeps_the_project(studio, cut):
    studio.open(cut)
    studio.choose(0)
    paint(studio)
    session = studio.open(cut)
    assert session.read_only is None
    assert session.shot is None
    studio.choose(0)
    assert session.shot.document.revision == 2


def test_a_movie_makes_a_cut_of_one_shot(studio, tmp_path):
    plate = make_plate(tmp_path / "plate.mov")
    session = studio.open(plate)
    assert not studio.bad
    assert session.project_path == tmp_path / "plate.mov.void"
    assert session.shot.source == FRAMES
    assert str(session.shot.record_timecode(FRAMES.start + 3)) == "01:00:00:03"
    paint(studio)
    studio.settle()
    session = studio.open(plate)
    assert session.shot.document.layers


def test_a_folder_of_void_opens_with_layers_and_prompt(studio, tmp_path):
    folder = folder_of_void(tmp_path / "lime")
    session = studio.open(folder)
    assert not studio.bad
    shot = session.shot
    assert [(layer.role, len(layer.painted_frames())) for layer in shot.document.layers] == [
        (Role.AFFECTED, 24),
        (Role.REMOVE, 24),
    ]
    assert shot.settings.prompt == "an empty table"
    assert set(np.unique(shot.document.values(FRAMES.start))) == {0, 63, 127, 255} - {63}
    assert session.project_path == folder / "lime.void"
    assert studio.open(folder).shot.document.layers


def test_the_quadmask_of_a_folder_of_void_is_imported_into_a_shot(studio, tmp_path):
    folder = folder_of_void(tmp_path / "lime")
    plate = make_plate(tmp_path / "plate.mov")
    session = studio.open(plate)
    session.import_quadmask(folder)
    studio.settle()
    assert not studio.bad
    assert [layer.name for layer in session.shot.document.layers] == ["Affected", "Remove"]
    assert session.save_state.history_steps == 1


def test_on_a_network_volume_every_stroke_is_written_at_once_and_that_is_said(
    studio, cut, monkeypatch
):
    part = SimpleNamespace(mountpoint=str(cut.parent.resolve()), fstype="cifs")
    monkeypatch.setattr(psutil, "disk_partitions", lambda **_: [part])
    session = studio.open(cut)
    assert any("network volume" in message.what for message in studio.said)
    assert session.writer.journal_mode == "delete"
    studio.choose(0)
    paint(studio)
    studio.settle()
    assert not studio.bad


def test_an_empty_frame_beside_a_painted_one_is_suspect(studio, cut):
    studio.open(cut)
    session = studio.choose(0)
    assert session.shot.suspects() == ()
    for frame in (SOURCE.start, SOURCE.start + 2):
        session.view.frame = frame
        paint(studio)
    first = SOURCE.start
    assert session.shot.suspects() == (first - 1, first + 1, first + 3)


def test_where_nothing_can_be_written_the_project_goes_to_the_state_folder(
    studio, cut, tmp_path, monkeypatch
):
    monkeypatch.setattr(place_module, "can_write", lambda folder: False)
    session = studio.open(cut)
    assert session.project_path.parent == tmp_path / "state" / "projects"
    assert any("state folder" in message.what for message in studio.said)
    path = session.project_path
    studio.session.close_cut()
    studio.settle()
    assert studio.open(cut).project_path == path


def test_a_project_of_another_timeline_is_left_alone(studio, cut):
    other = cut.with_suffix(".void")
    other.write_bytes(b"mine")
    assert studio.open(cut).project_path == cut.with_name("cut.otio.void")
    assert other.read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("none.otio", None, "nothing at this path"),
        ("bad.otio", b"{", "bad.otio"),
        ("bad.void", b"not a project", "not a VOID Studio project"),
        ("bad.mov", b"not a movie", "bad.mov"),
        ("empty", "folder", "not one of VOID"),
        ("bad.prproj", b"", "a project of Premiere"),
    ],
)
def test_what_can_not_be_opened_is_told_and_what_is_open_stays(
    studio, cut, tmp_path, name, content, word
):
    path = tmp_path / name
    if content == "folder":
        path.mkdir()
    elif content is not None:
        path.write_bytes(content)
    studio.open(cut)
    session = studio.open(path)
    assert word in studio.bad[-1]
    assert session.cut.path == cut
    studio.choose(0)
    assert session.shot is not None


def test_a_shot_that_is_offline_is_told_and_can_be_relinked(studio, cut, made):
    session = studio.open(cut)
    studio.choose(2)
    assert session.shot is None
    assert "offline" in studio.bad[-1]
    session.relink(session.shots[2].id, made / "plate.mov")
    studio.settle()
    assert session.shots[2].offline is None
    studio.choose(2)
    assert session.shot.row.id == session.shots[2].id
    session.relink(session.shots[2].id, made / "nowhere.mov")
    studio.settle()
    assert "no such file" in studio.bad[-1]


def test_a_timeline_that_changed_is_read_again_and_what_was_painted_stays(studio, cut, made):
    studio.open(cut)
    studio.choose(0)
    paint(studio)
    studio.settle()
    text = cut.read_text()
    cut.write_text(text.replace("gone.mov", "gone_v2.mov"))
    session = studio.open(cut)
    assert any("has changed" in message.what for message in studio.said)
    studio.choose(0)
    assert session.shot.document.layers


def test_frames_are_numbered_as_plate_source_and_record(studio, cut):
    studio.open(cut)
    shot = studio.choose(0).shot
    first = SOURCE.start
    assert shot.source == SOURCE
    assert shot.record_frame(first) == 0
    assert shot.record_frame(first - 1) is None
    assert str(shot.source_timecode(first)) == "01:00:00:06"
    assert str(shot.record_timecode(first + 2)) == "01:00:00:02"


def test_a_quadmask_is_imported_as_one_step_and_exported_again(studio, cut, tmp_path):
    file = tmp_path / "mask.mkv"
    rng = np.random.default_rng(1)
    nothing = np.zeros(EXTENT.shape, np.bool_)
    values = [pack(rng.random(EXTENT.shape) < 0.3, nothing) for _ in SOURCE]
    write_quadmask(file, Quadmask.of(0, EXTENT, values), rate=RATE, start_timecode=None)
    studio.open(cut)
    session = studio.choose(0)
    session.import_quadmask(file)
    studio.settle()
    assert "placed by source" in studio.said[-1].what
    (layer,) = session.shot.document.layers
    assert layer.painted_frames() == tuple(SOURCE)
    session.export_quadmask(tmp_path / "out.mkv")
    studio.settle()
    back = read_quadmask(tmp_path / "out.mkv")
    assert back.start == session.shot.work.start
    assert np.array_equal(back.frames.renumbered(back.start).values(SOURCE.start + 4), values[4])
    session.shot.painting.undo()
    assert not session.shot.document.layers
    session.import_quadmask(file, first_frame=10)
    studio.settle()
    assert "none of the plate's" in studio.bad[-1]


def test_a_quadmask_that_reaches_beyond_the_shot_widens_the_document(studio, cut, tmp_path):
    file = tmp_path / "mask.mkv"
    values = [np.zeros(EXTENT.shape, np.uint8)] * len(FRAMES)
    write_quadmask(file, Quadmask.of(0, EXTENT, values), rate=RATE, start_timecode=None)
    studio.open(cut)
    session = studio.choose(0)
    session.import_quadmask(file)
    studio.settle()
    assert session.shot.document.layers[0].painted_frames() == tuple(FRAMES)
    session.export_quadmask(tmp_path / "out.png")
    studio.settle()
    assert ".mkv" in studio.bad[-1]


def test_a_version_of_an_older_quadmask_is_stale(studio, cut, made):
    studio.open(cut)
    session = studio.choose(0)
    paint(studio)
    studio.settle()
    row, revision = session.shots[0], session.shot.document.revision
    request = request_for(made / "plate.mov")
    facts = replace(request.shot, id=row.id)
    request = replace(request, shot=facts, quadmask_revision=revision)

    def publish(project):
        project.keep_request(request)
        project.keep_version(ProjectVersion(row.id, 1, cut.parent / "v001", request.id))

    session.writer.call(publish).result()
    session.refresh_shots()
    studio.settle()
    assert session.shots[0].versions == (1,)
    assert not session.shots[0].stale
    paint(studio, 60)
    assert session.shots[0].stale
    studio.settle()
    session.set_active(row.id, 1)
    studio.settle()
    assert session.shots[0].stale
    assert session.shots[0].active == 1


def test_closing_finishes_a_stroke_that_lives_on(studio, cut, tmp_path):
    studio.open(cut)
    session = studio.choose(0)
    session.view.stroke_lives = StrokeLives.ALL
    paint(studio)
    session.close()
    with studio_in(tmp_path / "state") as again:
        again.open(cut)
        layer = again.choose(0).shot.document.layers[0]
        assert layer.painted_frames() == tuple(FRAMES)


def test_a_cancelled_task_is_no_error(studio, cut):
    task = studio.session.open(cut)
    task.cancel()
    studio.settle()
    assert task.view.state in (TaskState.CANCELLED, TaskState.DONE)
    assert not studio.bad


def test_an_error_that_nobody_foresaw_is_told_with_its_details(studio, caplog):
    def work(context):
        raise ZeroDivisionError("what")

    task = studio.session.tasks.start("divide", work)
    studio.settle()
    assert task.view.state is TaskState.FAILED
    assert studio.said[-1].level is Level.ERROR
    assert "ZeroDivisionError" in studio.said[-1].details
    caplog.clear()


def test_frame_states_are_those_of_a_layer(studio, cut):
    studio.open(cut)
    session = studio.choose(0)
    mattes = {frame: np.ones(EXTENT.shape, np.bool_) for frame in SOURCE}
    session.shot.propose(LayerProposal("Ball", Role.REMOVE, mattes, "flow"))
    session.shot.accept(session.shot.proposals[0].id)
    studio.settle()
    assert session.shot.proposals == ()
    (layer,) = session.shot.document.layers
    session.view.frame = SOURCE.start
    paint(studio)
    session.shot.painting.clear()
    states = [session.shot.document.state_of(layer.id, frame) for frame in list(SOURCE)[:2]]
    assert states == [FrameState.EMPTY, FrameState.PROPAGATED]
