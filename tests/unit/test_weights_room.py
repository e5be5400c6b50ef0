"""Weights: a catalogue that leads nowhere else, files that are looked at, not believed."""

import json
import struct
from pathlib import Path

import pytest

from tests.hub import COMMIT, safetensors_bytes
from void_studio.core import BadInput, NotPresent
from void_studio.weights import (
    Found,
    Pins,
    find,
    find_all,
    lacking,
    read_catalogue,
    remove,
    verify,
)
from void_studio.weights.safetensors_file import check_safetensors, check_suffix

SHIPPED = Path(__file__).resolve().parents[2] / "resources" / "weights.json"


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("VOID_STUDIO_WEIGHTS", str(tmp_path / "weights"))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
    return tmp_path / "weights"


def test_the_shipped_catalogue_is_whole():
    catalogue = read_catalogue()
    names = [weights.name for weights in catalogue.weights]
    assert len(set(names)) == len(names)
    assert not set(names) & set(catalogue.sets)
    for name in catalogue.sets:
        assert catalogue.chosen(name)
    for weights in catalogue.weights:
        assert weights.licence.name
        assert weights.licence.url.startswith("https://")
        paths = [file.path for file in weights.files]
        for part in weights.parts:
            assert any(path == part or path.startswith(f"{part}/") for path in paths)
        assert not weights.licence.file or weights.licence.file in paths


def changed(tmp_path, change):
    value = json.loads(SHIPPED.read_text())
    change(value)
    path = tmp_path / "weights.json"
    path.write_text(json.dumps(value))
    return path


@pytest.mark.parametrize(
    "change",
    [
        lambda value: value.update(schema=2),
        lambda value: value["weights"][0].update(repo="../../etc"),
        lambda value: value["weights"][0].update(repo="https://elsewhere.example/x"),
        lambda value: value["weights"][0].update(revision="HEAD~1"),
        lambda value: value["weights"][0]["files"][0].update(path="../../../.bashrc"),
        lambda value: value["weights"][0]["files"][0].update(path="/etc/passwd"),
        lambda value: value["weights"][0]["files"][0].update(path="a\\..\\b"),
        lambda value: value["weights"][0]["files"][0].update(sha256="abc"),
        lambda value: value["weights"][0].update(parts=["../other"]),
        lambda value: value.update(weights=7),
        lambda value: value["weights"][0].pop("licence"),
    ],
)
def test_a_catalogue_that_leads_elsewhere_is_refused(tmp_path, change):
    with pytest.raises(BadInput, match="malformed"):
        read_catalogue(changed(tmp_path, change))


def header(value):
    data = json.dumps(value).encode()
    return struct.pack("<Q", len(data)) + data


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04" + bytes(100),
        b"\x80\x04\x95" + bytes(100),
        struct.pack("<Q", 1 << 60) + b"{}",
        struct.pack("<Q", 50) + b"{" + bytes(49),
        header({"w": {"data_offsets": [0, "8"]}}),
        header({"w": {}}),
        header({"w": 3}),
        header([1]),
        b"".join((struct.pack("<Q", 200_000), b'{"a":' + b"[" * 199_995)),
        safetensors_bytes(100)[:-1],
        safetensors_bytes(100) + b"x",
    ],
)
def test_what_is_no_whole_safetensors_file_is_refused(tmp_path, data):
    path = tmp_path / "model.safetensors"
    path.write_bytes(data)
    with pytest.raises(BadInput):
        check_safetensors(path)


@pytest.mark.parametrize("name", ["m.bin", "m.ckpt", "m.pt", "m.PTH", "m.pkl"])
def test_a_pickle_is_refused_by_its_name(name):
    with pytest.raises(BadInput, match="may run code"):
        check_suffix(Path(name))


def test_a_whole_file_is_accepted(tmp_path):
    path = tmp_path / "model.safetensors"
    path.write_bytes(safetensors_bytes(100))
    check_safetensors(path)


def put(root, name="sam2.1-hiera-tiny"):
    weights = read_catalogue().get(name)
    folder = root / weights.folder
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(safetensors_bytes(100))
    return weights, folder


def test_what_lacks_a_part_is_not_found_and_all_that_is_missing_is_told_at_once(root):
    weights, folder = put(root, "sam2.1-hiera-small")
    catalogue = read_catalogue()
    assert find(weights) == folder
    assert find_all(catalogue, "sam2") == {"sam2.1-hiera-small": folder}
    (folder / "config.json").unlink()
    with pytest.raises(NotPresent, match=r"sam2\.1-hiera-small"):
        find(weights)
    assert [each.name for each in lacking(catalogue, "void:2")] == [
        "cogvideox-fun",
        "void-pass1",
        "void-pass2",
    ]


@pytest.mark.parametrize("text", ["../../../../etc", "main", "", "\xff", "0" * 39])
def test_a_cache_whose_reference_leads_elsewhere_is_not_followed(root, tmp_path, text):
    weights = read_catalogue().get("sam2.1-hiera-tiny")
    cached = tmp_path / "cache" / "models--facebook--sam2.1-hiera-tiny"
    (cached / "refs").mkdir(parents=True)
    (cached / "refs" / "main").write_bytes(text.encode("latin-1"))
    with pytest.raises(NotPresent):
        find(weights)


def test_only_links_are_removed_where_files_are_links(root, tmp_path):
    weights, folder = put(root)
    kept = tmp_path / "elsewhere.safetensors"
    (folder / "model.safetensors").rename(kept)
    (folder / "model.safetensors").symlink_to(kept)
    remove(weights, root)
    assert kept.exists()
    assert not folder.exists()


def test_a_pickle_beside_its_place_is_told(root, tmp_path):
    weights, folder = put(root)
    (folder / "model.safetensors").rename(folder / "model.bin")
    checks = verify(weights, folder, Pins(tmp_path / "p.json"), on_progress=lambda *_: None)
    assert checks[1].found is Found.BAD
    assert "model.bin is there instead" in checks[1].why


def test_what_was_learnt_is_kept(tmp_path):
    pins = Pins(tmp_path / "p.json")
    pins.accept("a/b", "Apache-2.0")
    pins.keep_commit("a/b", COMMIT)
    pins.keep_commit("a/c", "not a commit")
    again = Pins(tmp_path / "p.json")
    assert again.accepted("a/b", "Apache-2.0")
    assert not again.accepted("a/b", "MIT")
    assert (again.commit("a/b"), again.commit("a/c")) == (COMMIT, "")
