"""Samples are named with their licence; a person's copy becomes a ready project."""

import socket
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.plates import moving_plate, square_quadmask
from tests.e2e.studio import checked, studio
from void_studio.timeline import read_timeline


def sample_folder(folder: Path) -> Path:
    moving_plate(folder.parent / "plate.mkv")
    square_quadmask(folder.parent / "square.mkv")
    words = ("export-folder", folder.parent / "plate.mkv")
    checked("export_folder", *words, "--quadmask", folder.parent / "square.mkv", "--out", folder)
    return folder


def test_samples_are_listed_without_any_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(*_: Any, **__: Any) -> None:
        raise AssertionError("the list needs no network")

    monkeypatch.setattr(socket.socket, "connect", no_network)
    facts = checked("samples_list", "samples", "list")
    assert [sample["name"] for sample in facts["samples"]] == ["lime", "moving_ball", "pillow"]
    assert facts["licence"] == "Apache-2.0"
    assert not facts["fetched"]
    answer = studio("samples", "list")
    assert "3892459 bytes" in answer.out
    assert "size not known" in answer.out


def test_a_downloaded_folder_becomes_a_ready_project(tmp_path: Path) -> None:
    folder = sample_folder(tmp_path / "pillow")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    facts = checked("samples_use", "samples", "use", folder)
    assert facts["sample"] == "pillow"
    assert facts["project"] == str(tmp_path / "pillow.void")
    (shot,) = read_timeline(Path(facts["timeline"])).shots
    assert shot.refusal is None
    (listed,) = checked("project", "project", "info", facts["project"])["shots"]
    assert (listed["id"], listed["quadmask"]) == (shot.id, True)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_folder_that_is_no_sample_or_another_size_is_said(tmp_path: Path) -> None:
    folder = sample_folder(tmp_path / "lime")
    notes = checked("samples_use", "samples", "use", folder)["notes"]
    assert any("3892459" in note for note in notes)
    other = folder.rename(tmp_path / "mine")
    facts = checked("samples_use", "samples", "use", other, "--project", tmp_path / "a.void")
    assert facts["sample"] is None
    assert any("not one of the samples" in note for note in facts["notes"])


def test_the_real_lime_is_known(shared_data: Path) -> None:
    folder = shared_data / "clips" / "lime"
    for file in checked("samples_list", "samples", "list")["samples"][0]["files"]:
        if file["size_bytes"] is not None:
            assert (folder / file["name"]).stat().st_size == file["size_bytes"]


def test_a_sample_is_not_set_up_twice(tmp_path: Path) -> None:
    folder = sample_folder(tmp_path / "pillow")
    checked("samples_use", "samples", "use", folder)
    answer = studio("samples", "use", folder)
    assert answer.code == 6
    assert "already" in answer.err
