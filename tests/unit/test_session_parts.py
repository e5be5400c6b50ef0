"""The small parts of a session: tasks, view, settings, recents, the writer."""

import json
import threading
from datetime import UTC, datetime

import numpy as np
import pytest

from void_studio.app.session import (
    Compare,
    FramingChoice,
    OpenedKind,
    Posted,
    ProjectWriter,
    Recent,
    ShotSettings,
    StrokeLives,
    Tasks,
    TaskState,
    Tool,
    ViewState,
)
from void_studio.app.session import writer as writer_module
from void_studio.app.session.kept_settings import decode_settings, encode_settings
from void_studio.app.session.recents import read_recents, remember
from void_studio.core import Cancelled, Extent, FrameRange, Refused
from void_studio.engine import Exactness
from void_studio.project import Project, ProjectShot, ProjectTimeline
from void_studio.quadmask import Change, QuadmaskDocument, Role, encode_document


@pytest.fixture
def posted():
    return Posted()


@pytest.fixture
def tasks(posted):
    tasks = Tasks(posted)
    yield tasks
    tasks.close()


def test_results_and_progress_arrive_on_the_sessions_thread(posted, tasks):
    here, seen, steps = threading.get_ident(), [], []
    tasks.changed.connect(lambda view: steps.append((view, threading.get_ident())))

    def work(context):
        context.progress("count", 1, 2)
        context.note("half of it")
        return threading.get_ident()

    notes = []
    tasks.noted.connect(notes.append)
    task = tasks.start("count", work, done=lambda result: seen.append(threading.get_ident()))
    assert len(tasks.running()) == 1
    posted.drain(lambda: not tasks.running())
    assert seen == [here]
    assert task.result != here
    assert notes == ["half of it"]
    assert steps[-1][0].state is TaskState.DONE
    assert {thread for _, thread in steps} == {here}


def test_steps_that_come_faster_than_they_are_shown_are_left_out(posted, tasks):
    shown = []
    tasks.changed.connect(shown.append)

    def work(context):
        for done in range(1000):
            context.progress("fast", done, 1000)

    task = tasks.start("fast", work)
    task.ended.wait(0.3)
    posted.drain(lambda: not tasks.running())
    assert len(shown) < 100


def test_an_error_goes_to_who_asked_else_to_all(posted):
    told, mine = [], []
    tasks = Tasks(posted, failed=told.append)

    def work(context):
        raise Refused("no", where="here")

    task = tasks.start("one", work)
    tasks.start("other", work, failed=mine.append)
    posted.drain(lambda: not tasks.running())
    assert [error.what for error in told + mine] == ["no", "no"]
    assert len(mine) == 1
    with pytest.raises(Refused):
        _ = task.result
    tasks.close()


def test_a_cancelled_task_ends_and_nobody_is_told(posted):
    told = []
    tasks = Tasks(posted, failed=told.append)
    started = threading.Event()

    def work(context):
        started.set()
        while True:
            context.check()

    task = tasks.start("long", work)
    started.wait(10)
    with pytest.raises(LookupError):
        _ = task.result
    task.cancel()
    posted.drain(lambda: not tasks.running())
    assert task.view.state is TaskState.CANCELLED
    assert not told
    with pytest.raises(Cancelled):
        _ = task.result
    tasks.close()


def test_after_closing_nothing_is_called_and_nothing_starts(posted):
    tasks = Tasks(posted)
    seen = []
    tasks.start("late", lambda _: 1, done=seen.append)
    tasks.close()
    posted.drain()
    assert not seen
    with pytest.raises(RuntimeError):
        tasks.start("later", lambda _: 1)


def test_closing_waits_for_what_a_person_has_done_already(posted):
    tasks = Tasks(posted)
    seen = []

    def again(result):
        seen.append(result)
        if result == 1:
            tasks.start("then", lambda _: 2, done=again, finishes=True)

    tasks.start("first", lambda _: 1, done=again, finishes=True)
    tasks.close()
    posted.drain()
    assert seen == [1, 2]


def test_an_error_while_a_result_is_taken_over_is_told(posted):
    told = []
    tasks = Tasks(posted, failed=told.append)

    def done(result):
        raise Refused("too late")

    task = tasks.start("late", lambda _: 1, done=done)
    posted.drain(lambda: not tasks.running())
    assert task.view.state is TaskState.FAILED
    assert [error.what for error in told] == ["too late"]
    tasks.close()


def test_a_fault_while_a_result_is_taken_over_is_raised_and_the_task_has_ended(posted, tasks):
    task = tasks.start("late", lambda _: 1, done=lambda result: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        posted.drain(task.ended.is_set)
    assert task.view.state is TaskState.FAILED


def test_waiting_in_vain_is_an_error(posted):
    with pytest.raises(TimeoutError):
        posted.drain(lambda: False, timeout_s=0.01)


def test_the_view_tells_which_field_changed():
    view, told = ViewState(), []
    view.changed.connect(told.append)
    view.frame = 7
    view.frame = 7
    view.tool = Tool.GRID
    view.compare = Compare.WIPE
    assert told == ["frame", "tool", "compare"]


def test_a_stroke_lives_on_the_frames_that_are_meant():
    whole, view = FrameRange(10, 20), ViewState(frame=15, in_frame=12)
    marked = view.in_out(whole)
    assert marked == FrameRange.of(12, 29)
    spans = [lives.frames(15, marked, whole) for lives in StrokeLives]
    assert [str(span) for span in spans] == ["15-15", "12-29", "15-29", "10-29"]
    view.out_frame = 5
    assert view.in_out(whole) == FrameRange(12, 1)


def test_settings_come_back_as_they_were():
    settings = ShotSettings(
        "a table", "blur", "void", {"steps": 30, "fast": True}, FramingChoice.CROP, 12,
        Exactness.NEAR, frame0_rule=False, worker="gpu-box-01", feather=2.5, grain=False,
    )  # fmt: skip
    assert decode_settings(encode_settings(settings)) == (settings, ())


@pytest.mark.parametrize(
    ("change", "left"),
    [
        ({"handles": -1}, ("handles",)),
        ({"handles": "8"}, ("handles",)),
        ({"handles": True}, ("handles",)),
        ({"feather": 1e9, "framing": "round"}, ("framing", "feather")),
        ({"params": {"a": [1]}}, ("params",)),
        ({"prompt": None}, ("prompt",)),
    ],
)
def test_settings_that_do_not_fit_are_named_and_the_default_is_taken(change, left):
    value = json.loads(encode_settings(ShotSettings(prompt="a table", handles=3))) | change
    settings, unread = decode_settings(json.dumps(value))
    assert unread == left
    assert all(getattr(settings, name) == getattr(ShotSettings(), name) for name in left)
    assert decode_settings("[")[1]


def test_the_newest_of_what_was_opened_comes_first(tmp_path):
    file = tmp_path / "state" / "recents.json"
    assert read_recents(file) == ()
    for name in ("a", "b", "a"):
        remember(file, tmp_path / name, OpenedKind.TIMELINE)
    assert [recent.path.name for recent in read_recents(file)] == ["a", "b"]
    for number in range(30):
        remember(file, tmp_path / str(number), OpenedKind.MOVIE)
    rows = read_recents(file)
    assert len(rows) == 20
    assert isinstance(rows[0], Recent)
    assert rows[0].at <= datetime.now(UTC)
    file.write_text('[{"path": 4}, 5, {"path": "x", "at": "z", "kind": "movie"}]')
    assert read_recents(file) == ()


def make_project(folder):
    timeline = ProjectTimeline(folder / "cut.otio", "0" * 64, None)
    shots = [ProjectShot("sh-1", "first", None, 0, has_quadmask=False)]
    Project.create(folder / "a.void", timeline, shots).close()
    return folder / "a.void"


class Kept:
    """A document whose changes go to a writer."""

    def __init__(self, path, posted):
        self.document = QuadmaskDocument("sh-1", FrameRange(0, 4), Extent(16, 8))
        self.writer = ProjectWriter.open(path, writable=True, post=posted)
        self._base = self.document.snapshot()
        self.document.edited.connect(self._keep)
        self.layer = self.document.add_layer("Glass", Role.REMOVE)

    def _keep(self, change: Change):
        base, self._base = self._base, None
        self.writer.append("sh-1", change, base=base)

    def paint(self, count):
        for number in range(count):
            matte = np.random.default_rng(number).random((8, 16)) < 0.5
            self.document.set_matte(self.layer.id, number % 4, matte)

    def in_file(self):
        return encode_document(self.writer.call(lambda project: project.quadmask("sh-1")).result())


def test_many_changes_are_made_one_snapshot_when_nothing_happens(tmp_path, posted, monkeypatch):
    monkeypatch.setattr(writer_module, "_CHECKPOINT_S", 0.05)
    kept = Kept(make_project(tmp_path), posted)
    wanted = []
    kept.writer.snapshot_wanted.connect(wanted.append)
    kept.paint(60)
    posted.drain(lambda: wanted)
    assert wanted[0] == "sh-1"
    kept.writer.keep_snapshot(kept.document.snapshot()).result()
    assert kept.in_file() == encode_document(kept.document)
    kept.paint(1)
    kept.writer.close()
    with Project.open(tmp_path / "a.void") as project:
        assert encode_document(project.quadmask("sh-1")) == encode_document(kept.document)


def test_what_a_full_disk_refuses_is_told_and_stored_when_there_is_room_again(tmp_path, posted):
    kept = Kept(make_project(tmp_path), posted)
    kept.writer.checkpoint().result()
    refused = []
    kept.writer.failed.connect(refused.append)

    def room(pages):
        def limit(project):
            project._connection.execute(f"PRAGMA max_page_count = {pages}")

        kept.writer.call(limit).result()

    room(1)
    rng = np.random.default_rng(1)
    for _ in range(200):
        kept.document.set_matte(kept.layer.id, 1, rng.random((8, 16)) < 0.5)
    posted.drain(lambda: refused)
    assert "full" in refused[0].what
    with pytest.raises(Refused, match="full"):
        kept.writer.checkpoint().result()
    room(100_000)
    kept.writer.checkpoint().result()
    assert kept.in_file() == encode_document(kept.document)
    kept.paint(1)
    kept.writer.close()
    with Project.open(tmp_path / "a.void") as project:
        assert encode_document(project.quadmask("sh-1")) == encode_document(kept.document)


def test_what_a_full_disk_refuses_to_the_end_is_counted(tmp_path, posted, caplog):
    kept = Kept(make_project(tmp_path), posted)

    def limit(project):
        project._connection.execute("PRAGMA max_page_count = 1")

    kept.writer.call(limit).result()
    rng = np.random.default_rng(1)
    for _ in range(200):
        kept.document.set_matte(kept.layer.id, 1, rng.random((8, 16)) < 0.5)
    lost = kept.writer.close()
    assert 0 < lost <= 201
    assert f"{lost} changes could not be stored" in caplog.text
    caplog.clear()
    with Project.open(tmp_path / "a.void") as project:
        document = project.quadmask("sh-1")
        assert (document.revision if document else 0) == kept.document.revision - lost
