"""Damaged interchange files end in one line or in a reading: no traceback, no hang, no change."""

import json
import os
import random
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.unit.timeline_cuts import version_of
from void_studio.core import StudioError
from void_studio.timeline import Placement, Profile, conform, read_timeline, revert, standalone

_SUFFIXES = (".edl", ".xml", ".fcpxml", ".aaf", ".otio", ".json")
_LARGEST_SAMPLE = 700_000
_PATIENCE_S = 10.0
_TOKENS = (
    b"\0", b"-1", b"99999999999999999999", b"1e999", b"NaN", b"1/0s", b"99:99:99:99",
    b"00:00:00;00", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&b;", b"]]>",
    b"../../../etc/passwd", b"\xff\xfe", b"{",
)  # fmt: skip


def _flipped(data: bytearray, rng: random.Random) -> None:
    for _ in range(rng.randrange(1, 20)):
        data[rng.randrange(len(data))] = rng.randrange(256)


def _cut(data: bytearray, rng: random.Random) -> None:
    del data[rng.randrange(len(data)) :]


def _token(data: bytearray, rng: random.Random) -> None:
    place = rng.randrange(len(data))
    data[place : place + rng.randrange(12)] = rng.choice(_TOKENS)


def _moved(data: bytearray, rng: random.Random) -> None:
    start, length, place = (rng.randrange(len(data)) for _ in range(3))
    piece = data[start : start + min(length, 4096)]
    data[place:place] = piece


def _number(data: bytearray, rng: random.Random) -> None:
    places = [index for index in range(len(data)) if 48 <= data[index] < 58]
    for place in rng.sample(places, min(3, len(places))):
        data[place] = 48 + rng.randrange(10)


_CHANGES: tuple[Callable[[bytearray, random.Random], None], ...] = (
    _flipped,
    _cut,
    _token,
    _moved,
    _number,
)


def _samples(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.iterdir()):
        if path.suffix in _SUFFIXES and path.stat().st_size <= _LARGEST_SAMPLE:
            yield path.suffix, path.read_bytes()


def _zipped(data: bytes, path: Path) -> bytes:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("content.otio", data)
    return path.read_bytes()


def _use(path: Path) -> None:
    """Read, put a version into each plain shot's place, take it out again."""
    timeline = read_timeline(path, media_root=path.parent)
    cut, ids = standalone(timeline, None)
    ready = [shot for shot in timeline.shots if shot.refusal is None][:2]
    if ready:
        placed = {ids[shot.id]: version_of(shot, handles=2) for shot in ready}
        done = conform(cut, placed, profile=Profile.CANONICAL, placement=Placement.REPLACE)
        assert revert(done.text) == cut.text


def _try(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    start = time.monotonic()
    try:
        _use(path)
    except StudioError as refusal:
        line = refusal.line()
        if not line or "\n" in line or "Traceback" in line:
            raise AssertionError(line) from refusal
    spent = time.monotonic() - start
    if spent > _PATIENCE_S:
        raise AssertionError(f"{path.name} took {spent:.1f} s")
    if path.read_bytes() != data:
        raise AssertionError(f"{path.name} was written to")


def _mutate(folder: Path, samples: Path, count: int, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - repeatable test data
    known = list(_samples(samples))
    plain = [data for suffix, data in known if suffix == ".otio"]
    by_suffix = {suffix: [data for each, data in known if each == suffix] for suffix in _SUFFIXES}
    by_suffix[".otioz"] = [_zipped(data, folder / "sample.otioz") for data in plain[:10]]
    for number in range(count):
        suffix = rng.choice(sorted(by_suffix))
        data = bytearray(rng.choice(by_suffix[suffix]))
        for change in rng.sample(_CHANGES, rng.randrange(1, 3)):
            if data:
                change(data, rng)
        path = folder / f"mutated-{seed}-{number}{suffix}"
        _try(path, bytes(data))
        path.unlink()


def test_mutated_timelines_of_every_format_are_read_or_refused(
    tmp_path: Path, shared_data: Path
) -> None:
    _mutate(tmp_path, shared_data / "otio", 70, 5)


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_many_mutated_timelines_are_read_or_refused(tmp_path: Path, shared_data: Path) -> None:
    _mutate(tmp_path, shared_data / "otio", int(os.environ.get("SOAK_N", "1000")), 6)


def test_a_conversion_leaves_nothing_behind(
    tmp_path: Path, shared_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr("tempfile.tempdir", None)
    (tmp_path / "tmp").mkdir()
    for name in ("otio-aaf-adapter__one_clip.aaf", "otio-fcp-adapter__premiere_example_filter.xml"):
        sample = shared_data / "otio" / name
        _try(tmp_path / name, sample.read_bytes())
    assert list((tmp_path / "tmp").iterdir()) == []


def test_an_endless_conversion_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("void_studio.timeline.conversion._LEAST_S", 0.01)
    path = tmp_path / "cut.edl"
    path.write_text("001  AX V C 00:00:00:00 00:00:01:00 00:00:00:00 00:00:01:00\n")
    with pytest.raises(StudioError, match="no end after"):
        read_timeline(path)


def test_very_deep_xml_is_read_or_refused(tmp_path: Path) -> None:
    for suffix, root in ((".xml", "xmeml"), (".fcpxml", "fcpxml")):
        inner = "<spine><clip>" * 100_000 + "</clip></spine>" * 100_000
        text = f"<{root}><project><sequence>{inner}</sequence></project></{root}>"
        _try(tmp_path / f"deep{suffix}", text.encode())


def test_json_that_is_no_cut_is_refused_under_every_name(tmp_path: Path) -> None:
    for suffix in (".otio", ".json", ".edl", ".xml", ".aaf", ".fcpxml", ".otioz"):
        path = tmp_path / f"cut{suffix}"
        path.write_text(json.dumps({"OTIO_SCHEMA": "Nothing.1"}))
        with pytest.raises(StudioError):
            read_timeline(path)
