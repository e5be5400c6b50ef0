"""Versions appear whole, get numbers of their own, and stay as they are."""

import json
import os
import stat
import threading
from dataclasses import replace

import pytest

from tests.unit.version_parts import SMALL, noise_plate, published, request_for, write_media
from void_studio.core import BadInput, CheckFailed, NotPresent, Refused
from void_studio.versions import (
    certify,
    list_versions,
    read_version,
    shot_slug,
    stage_version,
)

SLUG = "seq_A_sh_010"


@pytest.fixture
def plate(tmp_path):
    return noise_plate(tmp_path / "plate.mkv", "yuv420p", SMALL)


@pytest.fixture
def root(tmp_path):
    return tmp_path / "versions"


def _everything(root):
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*"))


def test_a_published_version_reads_back_as_it_was_made(root, plate):
    version = published(root, plate)
    assert version.folder == root / SLUG / "v001"
    assert version.master.name == "seq_A_sh_010_master_v001.mkv"
    assert read_version(version.folder) == version
    assert list_versions(root, SLUG) == (version,)
    assert list_versions(root, "other") == ()


def test_versions_are_numbered_on_from_the_highest(root, plate):
    first = published(root, plate)
    second = published(root, plate)
    assert (first.number, second.number) == (1, 2)
    (root / SLUG / "v007").mkdir()
    with stage_version(root, request_for(plate)) as staged:
        assert staged.number == 8


def test_nothing_is_to_be_seen_before_publishing(root, plate):
    request = request_for(plate)
    with stage_version(root, request) as staged:
        write_media(staged, request, plate)
        assert not [path for path in (root / SLUG).iterdir() if not path.name.startswith(".")]
        assert list_versions(root, SLUG) == ()


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("stage", ["empty", "media", "recipe"])
def test_a_publish_that_is_stopped_leaves_nothing_behind(root, plate, error, stage):
    request = request_for(plate)
    with pytest.raises(error), stage_version(root, request) as staged:  # noqa: PT012
        if stage != "empty":
            recipe = write_media(staged, request, plate)
        if stage == "recipe":
            staged.write_recipe(recipe)
        raise error
    assert _everything(root) == [SLUG]
    assert published(root, plate).number == 1


def test_two_at_once_get_two_numbers(root, plate):
    request = request_for(plate)
    with stage_version(root, request) as one, stage_version(root, request) as other:
        assert {one.number, other.number} == {1, 2}
        for staged in (other, one):
            recipe = write_media(staged, request, plate)
            staged.write_recipe(recipe)
            staged.publish(recipe, certify(staged.folder, plate))
    assert [version.number for version in list_versions(root, SLUG)] == [1, 2]


def test_many_at_once_get_as_many_numbers(root, plate):
    request = request_for(plate)
    numbers = []
    together = threading.Barrier(8)

    def stage():
        together.wait()
        with stage_version(root, request) as staged:
            numbers.append(staged.number)
            together.wait()

    threads = [threading.Thread(target=stage) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == list(range(1, 9))


def test_published_files_are_read_only(root, plate):
    version = published(root, plate)
    for path in version.folder.iterdir():
        assert not path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH), path


def test_a_version_that_changes_samples_outside_is_never_published(root, plate):
    request = request_for(plate)
    with stage_version(root, request) as staged:
        recipe = write_media(staged, request, plate)
        staged.write_recipe(recipe)
        certificate = replace(certify(staged.folder, plate), outside_samples_changed=1)
        with pytest.raises(CheckFailed, match="1 samples changed outside"):
            staged.publish(recipe, certificate)
    assert list_versions(root, SLUG) == ()


def test_a_certificate_or_recipe_of_something_else_is_refused(root, plate):
    request = request_for(plate)
    with stage_version(root, request) as staged:
        recipe = write_media(staged, request, plate)
        staged.write_recipe(recipe)
        certificate = certify(staged.folder, plate)
        with pytest.raises(CheckFailed, match="another version"):
            staged.publish(recipe, replace(certificate, master_digest="0" * 64))
        with pytest.raises(BadInput, match="another request"):
            staged.write_recipe(replace(recipe, request=replace(request, feather=9.0)))
        (staged.folder / recipe.master.name).write_bytes(b"")
        with pytest.raises(BadInput, match="0 bytes"):
            staged.publish(recipe, certificate)


def test_a_folder_that_can_not_be_written_is_refused_in_one_line(tmp_path, plate):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with (
        pytest.raises(Refused, match="can not write here"),
        stage_version(blocked, request_for(plate)),
    ):
        pytest.fail("a version was staged in a file")


def _edit(version, change):
    path = version.folder / "recipe.json"
    value = json.loads(path.read_bytes())
    change(value)
    path.chmod(0o644)
    path.write_text(json.dumps(value))


@pytest.mark.parametrize(
    "name",
    ["../../plate.mkv", "/etc/passwd", "a/b.mkv", "a\\b.mkv", "c:x", ".hidden", "", "x\n.mkv", 7],
)
def test_a_recipe_that_names_a_file_elsewhere_is_refused(root, plate, name):
    version = published(root, plate)
    _edit(version, lambda value: value["master"].update(name=name))
    with pytest.raises(BadInput):
        read_version(version.folder)


def test_a_link_in_the_place_of_a_file_is_not_followed(root, plate):
    version = published(root, plate)
    version.master.unlink()
    version.master.symlink_to(plate)
    with pytest.raises(NotPresent, match="missing"):
        read_version(version.folder)


def test_a_file_of_another_size_or_none_is_told(root, plate):
    version = published(root, plate)
    version.support.chmod(0o644)
    with version.support.open("ab") as file:
        file.write(b"more")
    with pytest.raises(BadInput, match="bytes"):
        read_version(version.folder)
    version.support.unlink()
    with pytest.raises(NotPresent):
        read_version(version.folder)


@pytest.mark.parametrize("missing", ["recipe.json", "certificate.json"])
def test_a_version_without_its_papers_is_told(root, plate, missing):
    version = published(root, plate)
    (version.folder / missing).unlink()
    with pytest.raises(NotPresent, match=missing):
        read_version(version.folder)


def test_only_folders_called_like_versions_are_read(root, plate):
    version = published(root, plate)
    copy = version.folder.with_name("v1 copy")
    os.rename(version.folder, copy)  # noqa: PTH104
    with pytest.raises(BadInput, match="v001"):
        read_version(copy)
    assert list_versions(root, SLUG) == ()


def test_shots_of_one_name_share_a_folder_and_never_a_file_name(root, plate):
    one = published(root, plate)
    request = request_for(plate)
    with stage_version(root, replace(request, shot=replace(request.shot, id="shot-2"))) as staged:
        assert shot_slug(staged.request.shot) == SLUG
        assert staged.stem("master") != one.master.stem
