"""The project file."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import psutil
import pytest

from void_studio.core import BadInput, Extent, FrameRange, NotPresent, Refused, UsageError
from void_studio.project import Project, ProjectShot, ProjectTake, ProjectTimeline, holder
from void_studio.quadmask import Change, ChangeKind, QuadmaskDocument, Role, encode_document

SHOTS = [ProjectShot("sh-1", "first", None, 0, False), ProjectShot("sh-2", "last", None, 0, False)]


def made(path: Path) -> Project:
    timeline = ProjectTimeline(path.parent / "cut.otio", "0" * 64, None)
    return Project.create(path, timeline, SHOTS)


def painted() -> QuadmaskDocument:
    document = QuadmaskDocument("sh-1", FrameRange(100, 3), Extent(8, 6))
    layer = document.add_layer("object", Role.REMOVE)
    matte = np.zeros((6, 8), np.bool_)
    matte[2:4, 3:6] = True
    document.set_matte(layer.id, 101, matte)
    return document


def test_a_project_gives_back_what_it_was_made_of(tmp_path: Path) -> None:
    with made(tmp_path / "a.void") as project:
        kept = project.timeline
    with Project.open(tmp_path / "a.void") as project:
        assert project.timeline == kept
        assert project.shots() == tuple(SHOTS)
        assert [what for _, what in project.journal()] == [f"imported {kept.path}"]


def test_a_painted_document_comes_back_with_its_history(tmp_path: Path) -> None:
    document = painted()
    with made(tmp_path / "a.void") as project:
        project.keep_quadmask(document)
        again = project.quadmask("sh-1")
        assert again is not None
        assert again.pack().digest == document.pack().digest
        again.undo()
        assert (again.pack().values(101) == 255).all()
        assert project.quadmask("sh-2") is None


def test_a_second_writer_is_told_who_has_the_project(tmp_path: Path) -> None:
    with made(tmp_path / "a.void"):
        with pytest.raises(Refused, match=f"process {os.getpid()}"):
            Project.open(tmp_path / "a.void", writable=True)
        with Project.open(tmp_path / "a.void") as reader:
            assert len(reader.shots()) == 2
            with pytest.raises(Refused, match="read-only"):
                reader.relink(media_root=tmp_path, plates={})


def test_the_owner_file_of_a_killed_studio_does_not_lock_anyone_out(tmp_path: Path) -> None:
    made(tmp_path / "a.void").close()
    code = (
        "import os, sys; from pathlib import Path; from void_studio.project import Project;"
        "Project.open(Path(sys.argv[1]), writable=True).relink(media_root=Path('/m'), plates={});"
        "os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", code, tmp_path / "a.void"], check=False, timeout=60)
    with Project.open(tmp_path / "a.void", writable=True) as project:
        assert project.timeline.media_root == Path("/m")


def test_an_owner_on_another_machine_is_believed(tmp_path: Path) -> None:
    made(tmp_path / "a.void").close()
    holder = {"host": "suite-4", "user": "kim", "pid": 1, "since": "2026-01-01T00:00:00+00:00"}
    (tmp_path / "a.void.owner").write_text(json.dumps(holder))
    with pytest.raises(Refused, match="kim on suite-4"):
        Project.open(tmp_path / "a.void", writable=True)


def test_a_project_is_never_made_over_another_file(tmp_path: Path) -> None:
    (tmp_path / "a.void").write_bytes(b"mine")
    with pytest.raises(Refused, match="there is a file already"):
        made(tmp_path / "a.void")
    assert (tmp_path / "a.void").read_bytes() == b"mine"


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 100])
def test_a_foreign_file_is_not_a_project(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.void").write_bytes(content)
    for writable in (False, True):
        with pytest.raises(BadInput, match="not a VOID Studio project"):
            Project.open(tmp_path / "a.void", writable=writable)
    assert (tmp_path / "a.void").read_bytes() == content


def test_somebody_elses_database_is_left_alone(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "a.void")
    connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    before = (tmp_path / "a.void").read_bytes()
    with pytest.raises(BadInput, match="not a VOID Studio project"):
        Project.open(tmp_path / "a.void", writable=True)
    assert (tmp_path / "a.void").read_bytes() == before


def test_a_project_of_a_newer_studio_is_refused(tmp_path: Path) -> None:
    made(tmp_path / "a.void").close()
    connection = sqlite3.connect(tmp_path / "a.void")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(Refused, match="newer VOID Studio"):
        Project.open(tmp_path / "a.void", writable=True)


def test_a_project_of_the_first_schema_is_upgraded_and_keeps_what_it_has(tmp_path: Path) -> None:
    path = tmp_path / "a.void"
    made(path).close()
    connection = sqlite3.connect(path)
    connection.executescript(
        "ALTER TABLE timeline DROP COLUMN rate; DROP TABLE changes; DROP TABLE settings;"
        " DROP TABLE takes; PRAGMA user_version = 1;"
    )
    connection.close()
    with Project.open(path) as project:
        assert project.timeline.rate is None
        assert project.shots() == tuple(SHOTS)
        assert project.takes() == ()


def test_changes_since_the_last_snapshot_are_done_again(tmp_path: Path) -> None:
    document = QuadmaskDocument("sh-1", FrameRange(100, 3), Extent(8, 6))
    changes: list[Change] = []
    document.edited.connect(changes.append)
    base = document.snapshot()
    layer = document.add_layer("object", Role.REMOVE)
    document.set_matte(layer.id, 101, np.ones((6, 8), np.bool_))
    with made(tmp_path / "a.void") as project:
        project.append_changes("sh-1", changes[:1], base=base)
        project.append_changes("sh-1", changes[1:])
        assert project.shots()[0].revision == 2
        again = project.quadmask("sh-1")
        assert again is not None
        assert encode_document(again) == encode_document(document)
        middle = document.snapshot()
        document.undo()
        project.append_changes("sh-1", changes[2:])
        project.keep_snapshot(middle)
        again = project.quadmask("sh-1")
        assert again is not None
        assert encode_document(again) == encode_document(document)
        assert again.redo()


def test_a_change_that_does_not_follow_is_damage(tmp_path: Path) -> None:
    document = painted()
    with made(tmp_path / "a.void") as project:
        project.keep_quadmask(document)
        project.append_changes("sh-1", [Change(ChangeKind.REDO, document.revision + 1)])
        with pytest.raises(BadInput, match="nothing to redo"):
            project.quadmask("sh-1")


def test_settings_and_takes_are_kept(tmp_path: Path) -> None:
    with made(tmp_path / "a.void") as project:
        project.keep_setting("sh-1", "render", '{"handles": 4}')
        project.keep_setting("sh-1", "render", '{"handles": 8}')
        assert project.settings("render") == {"sh-1": '{"handles": 8}'}
        with pytest.raises(Refused, match="FOREIGN KEY"):
            project.keep_take(ProjectTake("take-1", "sh-1", "request-none", "2026-01-01"))
        assert project.takes() == ()


def test_on_a_network_volume_no_shared_memory_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = SimpleNamespace(mountpoint=str(tmp_path.resolve()), fstype="nfs4")
    monkeypatch.setattr(psutil, "disk_partitions", lambda **_: [part])
    with made(tmp_path / "a.void") as project:
        assert project.journal_mode == "delete"
        project.checkpoint()
    monkeypatch.undo()
    with Project.open(tmp_path / "a.void", writable=True) as project:
        assert project.journal_mode == "wal"
        project.checkpoint()


def test_who_has_a_project_is_known(tmp_path: Path) -> None:
    with made(tmp_path / "a.void"):
        found = holder(tmp_path / "a.void")
        assert found is not None
        assert found.pid == os.getpid()
    assert holder(tmp_path / "a.void") is None


def test_missing_projects_and_unknown_shots_are_named(tmp_path: Path) -> None:
    with pytest.raises(NotPresent, match="no such project"):
        Project.open(tmp_path / "none.void")
    with made(tmp_path / "a.void") as project, pytest.raises(UsageError, match="sh-1, sh-2"):
        project.relink(media_root=None, plates={"sh-9": tmp_path})
