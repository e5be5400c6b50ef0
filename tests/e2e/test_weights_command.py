"""Weights are fetched when asked, resumed, checked, found, removed."""

import hashlib
import os
from dataclasses import replace
from types import SimpleNamespace

import pytest

pytest.importorskip("huggingface_hub", reason="fetching from the Hub needs huggingface_hub")

from tests.e2e.weights import checked, weights
from tests.hub import COMMIT, safetensors_bytes, serving
from void_studio.core import Owner

REPO = "facebook/sam2.1-hiera-tiny"
MODEL = safetensors_bytes(300_000)


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("VOID_STUDIO_WEIGHTS", str(tmp_path / "weights"))
    monkeypatch.setenv("VOID_STUDIO_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("HF_TOKEN", raising=False)
    return tmp_path / "weights" / "sam2.1-hiera-tiny"


@pytest.fixture
def hub(place, monkeypatch):
    with serving() as (hub, address):
        monkeypatch.setenv("HF_ENDPOINT", address)
        hub.put(REPO, "config.json", b"{}")
        hub.put(REPO, "model.safetensors", MODEL)
        yield hub


def test_what_there_is_is_listed_with_size_and_licence(place):
    value = checked("list")
    named = {item["name"]: item for item in value["weights"]}
    assert {"cogvideox-fun", "void-pass1", "void-pass2", "sam2.1-hiera-large"} <= set(named)
    assert named["cogvideox-fun"]["licence"] == "CogVideoX License"
    assert named["cogvideox-fun"]["about_bytes"] > 20e9
    assert {item["state"] for item in named.values()} == {"absent"}
    assert not place.parent.exists()


def test_weights_are_fetched_verified_found_and_removed(hub, place):
    fetched = checked("fetch", "sam2.1-hiera-tiny", "--accept-licence")
    assert (place / "model.safetensors").read_bytes() == MODEL
    assert fetched["bytes"] == len(MODEL) + 2
    assert checked("fetch", "sam2.1-hiera-tiny")["fetched"] == []
    assert checked("path", "sam2.1-hiera-tiny")["folders"] == {"sam2.1-hiera-tiny": str(place)}
    found = checked("verify", "sam2.1-hiera-tiny")
    assert {file["found"] for file in found["files"]} == {"good"}
    assert found["files"][1]["sha256"] == hashlib.sha256(MODEL).hexdigest()
    listed = {item["name"]: item for item in checked("list")["weights"]}
    assert listed["sam2.1-hiera-tiny"]["state"] == "present"
    assert listed["sam2.1-hiera-tiny"]["revision"] == COMMIT
    (place / "note.txt").write_text("mine")
    assert checked("remove", "sam2.1-hiera-tiny")["freed_bytes"] == len(MODEL) + 2
    assert [path.name for path in place.iterdir()] == ["note.txt"]
    assert weights("path", "sam2.1-hiera-tiny").code == 4
    assert weights("remove", "sam2.1-hiera-tiny").code == 4


def test_a_licence_that_nobody_accepted_fetches_nothing(hub, place):
    answer = weights("fetch", "sam2.1-hiera-tiny")
    assert answer.code == 6
    assert "Apache-2.0" in answer.err
    assert "--accept-licence" in answer.err
    assert not place.exists()


def test_a_licence_in_the_repository_is_shown_before_it_is_accepted(hub):
    repo = "alibaba-pai/CogVideoX-Fun-V1.5-5b-InP"
    hub.put(repo, "LICENSE", b"You may. You may not.")
    for item in ("transformer/config.json", "scheduler/scheduler_config.json"):
        hub.put(repo, item, b"{}")
    assert weights("fetch", "cogvideox-fun").code == 4
    for item in checked_files("cogvideox-fun"):
        hub.put(repo, item, safetensors_bytes(64) if item.endswith(".safetensors") else b"{}")
    hub.put(repo, "LICENSE", b"You may. You may not.")
    answer = weights("fetch", "cogvideox-fun")
    assert answer.code == 6
    assert "You may. You may not." in answer.err
    accepted = weights("fetch", "cogvideox-fun", "--accept-licence")
    assert accepted.code == 0, accepted.err
    assert {commit for _, commit, *_ in hub.asked} == {"af20412bce237a2abb3f37fa62d54873b4c111a3"}


def test_another_commit_than_the_one_that_was_asked_for_is_refused(hub, place):
    checked("fetch", "sam2.1-hiera-tiny", "--accept-licence")
    (place / "config.json").unlink()
    hub.answered_commit = "f" * 40
    answer = weights("fetch", "sam2.1-hiera-tiny")
    assert answer.code == 3
    assert "was asked for" in answer.err


def checked_files(name):
    from void_studio.weights import read_catalogue

    return [file.path for file in read_catalogue().get(name).files]


def test_a_cut_connection_is_taken_up_where_it_broke(hub, place, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.DOWNLOAD_CHUNK_SIZE", 10_000)
    hub.cut_after[f"{REPO}/model.safetensors"] = 100_000
    checked("fetch", "sam2.1-hiera-tiny", "--accept-licence")
    assert (place / "model.safetensors").read_bytes() == MODEL
    assert ranges(hub) == [None, "bytes=100000-"]


def test_a_fetch_that_was_broken_off_goes_on_at_the_next_one(hub, place):
    part = place / ".model.safetensors.part"
    place.mkdir(parents=True)
    part.write_bytes(MODEL[:123_456])
    hub.broken.add(f"{REPO}/model.safetensors")
    answer = weights("fetch", "sam2.1-hiera-tiny", "--accept-licence")
    assert answer.code == 4
    assert "goes on where it stopped" in answer.err
    assert part.stat().st_size == 123_456
    hub.broken.clear()
    checked("fetch", "sam2.1-hiera-tiny")
    assert (place / "model.safetensors").read_bytes() == MODEL
    assert ranges(hub)[-1] == "bytes=123456-"
    assert not part.exists()


def ranges(hub):
    return [asked[3] for asked in hub.asked if asked[0] == "GET" and "model" in asked[2]]


def test_two_fetches_do_not_write_into_one_folder(hub, place):
    place.parent.mkdir(parents=True)
    note = place.parent / ".fetching"
    note.write_bytes(Owner.me().encode())
    answer = weights("fetch", "sam2.1-hiera-tiny", "--accept-licence")
    assert answer.code == 6
    assert "another fetch is going on" in answer.err
    note.write_bytes(replace(Owner.me(), pid=1 << 22).encode())
    checked("fetch", "sam2.1-hiera-tiny")
    assert not note.exists()


def test_a_wrong_digest_is_refused_and_leaves_nothing(hub, place):
    hub.stated_digest[f"{REPO}/model.safetensors"] = "ab" * 32
    answer = weights("fetch", "sam2.1-hiera-tiny", "--accept-licence")
    assert answer.code == 3
    assert "its sha256 is" in answer.err
    assert [path.name for path in place.iterdir()] == ["config.json"]


def test_a_pickle_under_a_safe_name_is_refused(hub, place):
    hub.put(REPO, "model.safetensors", b"\x80\x04\x95" + bytes(5000))
    answer = weights("fetch", "sam2.1-hiera-tiny", "--accept-licence")
    assert answer.code == 3
    assert "no safetensors file" in answer.err
    assert not (place / "model.safetensors").exists()


def test_a_disk_that_is_too_small_is_told_before_anything_is_fetched(hub, place):
    hub.stated_size[f"{REPO}/model.safetensors"] = 1 << 39
    answer = weights("fetch", "sam2.1-hiera-tiny", "--accept-licence")
    assert answer.code == 6
    assert "549.8 GB are to be fetched" in answer.err
    assert not place.exists()


def test_an_absurd_size_is_not_believed(hub):
    hub.stated_size[f"{REPO}/model.safetensors"] = 1 << 60
    assert weights("fetch", "sam2.1-hiera-tiny", "--accept-licence").code == 3


def test_a_repository_that_asks_for_a_token_says_how_to_give_one(hub, monkeypatch):
    hub.refused.add(REPO)
    answer = weights("fetch", "sam2.1-hiera-tiny", "--accept-licence")
    assert answer.code == 6
    assert "HF_TOKEN" in answer.err
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    hub.refused.clear()
    checked("fetch", "sam2.1-hiera-tiny", "--accept-licence")
    assert hub.tokens[-1] == "Bearer hf_secret"


def test_a_hub_that_is_not_there_is_one_line(place, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    answer = weights("fetch", "sam2.1-hiera-tiny", "--accept-licence")
    assert answer.code == 4
    assert "the Hub broke off" in answer.err


def test_an_unknown_name_lists_the_known_ones(place):
    for command in ("fetch", "verify", "path", "remove"):
        answer = weights(command, "sam9")
        assert answer.code == 2
        assert "void-pass1" in answer.err


def test_without_the_hubs_library_the_line_that_installs_it_is_told(place, monkeypatch):
    from void_studio.weights import hub as module

    monkeypatch.setattr(module, "find_spec", lambda _: None)
    answer = weights("fetch", "sam2.1-hiera-tiny", "--accept-licence")
    assert answer.code == 4
    assert 'pip install "void-studio[worker]"' in answer.err


@pytest.fixture
def mirror(tmp_path):
    folder = tmp_path / "mirror" / "sam2.1-hiera-tiny"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(MODEL)
    return folder.parent


def test_a_mirror_serves_without_a_network(place, mirror):
    checked("fetch", "sam2.1-hiera-tiny", "--accept-licence", "--mirror", mirror)
    assert (place / "model.safetensors").read_bytes() == MODEL


def test_a_mirror_with_a_pickle_in_its_place_is_refused(place, mirror):
    model = mirror / "sam2.1-hiera-tiny" / "model.safetensors"
    model.rename(model.with_suffix(".bin"))
    answer = weights("fetch", "sam2.1-hiera-tiny", "--accept-licence", "--mirror", mirror)
    assert answer.code == 3
    assert "may run code" in answer.err
    assert weights("fetch", "sam2.1-hiera-tiny", "--mirror", mirror / "absent").code == 4


def test_an_offline_folder_is_learnt_once_and_held_to_it(place, mirror, monkeypatch):
    monkeypatch.setenv("VOID_STUDIO_WEIGHTS", str(mirror))
    first = checked("verify", "sam2.1-hiera-tiny")
    assert {file["found"] for file in first["files"]} == {"learnt"}
    model = mirror / "sam2.1-hiera-tiny" / "model.safetensors"
    model.write_bytes(safetensors_bytes(300_000, seed=1))
    second = checked("verify", "sam2.1-hiera-tiny", code=1)
    assert [file["found"] for file in second["files"]] == ["good", "bad"]
    assert checked("verify", "sam2.1-hiera-tiny", "--learn-again")["ok"]
    assert checked("verify", "sam2.1-hiera-tiny")["ok"]


def test_a_truncated_file_is_found_without_a_known_digest(place, mirror, monkeypatch):
    monkeypatch.setenv("VOID_STUDIO_WEIGHTS", str(mirror))
    model = mirror / "sam2.1-hiera-tiny" / "model.safetensors"
    os.truncate(model, 1000)
    bad = checked("verify", "sam2.1-hiera-tiny", code=1)["files"][1]
    assert bad["found"] == "bad"
    assert "1000 bytes" in bad["why"]


def test_the_cache_of_other_programs_is_used_as_it_is(place, tmp_path):
    cached = tmp_path / "cache" / "models--facebook--sam2.1-hiera-tiny"
    digest = hashlib.sha256(MODEL).hexdigest()
    snapshot = cached / "snapshots" / COMMIT
    for folder in (snapshot, cached / "blobs", cached / "refs"):
        folder.mkdir(parents=True)
    (cached / "refs" / "main").write_text(COMMIT)
    (cached / "blobs" / digest).write_bytes(MODEL)
    (snapshot / "config.json").write_text("{}")
    (snapshot / "model.safetensors").symlink_to(cached / "blobs" / digest)
    assert checked("path", "sam2.1-hiera-tiny")["folders"] == {"sam2.1-hiera-tiny": str(snapshot)}
    found = checked("verify", "sam2.1-hiera-tiny")["files"]
    assert [file["found"] for file in found] == ["learnt", "good"]
    assert (
        checked("fetch", "sam2.1-hiera-tiny", "--accept-licence", "--mirror", tmp_path)["fetched"]
        == []
    )
    (cached / "blobs" / digest).write_bytes(safetensors_bytes(300_000, seed=2))
    assert checked("verify", "sam2.1-hiera-tiny", code=1)["files"][1]["found"] == "bad"


def test_what_was_learnt_and_is_damaged_is_told_not_ignored(place, tmp_path):
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "weights.json").write_text('{"schema": 3}')
    answer = weights("list")
    assert answer.code == 3
    assert "malformed" in answer.err


def test_a_terminal_is_asked_and_may_say_no(hub, place, monkeypatch):
    from void_studio.worker import weights_cli

    stdin = SimpleNamespace(isatty=lambda: True)
    monkeypatch.setattr(
        weights_cli, "sys", SimpleNamespace(stdin=stdin, stderr=weights_cli.sys.stderr)
    )
    assert weights("fetch", "sam2.1-hiera-tiny", answer="n\n").code == 6
    assert not place.exists()
    assert weights("fetch", "sam2.1-hiera-tiny", answer="y\n").code == 0
    assert place.exists()
