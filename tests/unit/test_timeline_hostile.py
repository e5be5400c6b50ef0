"""Damaged and hostile timelines end in one line or in a reading, never in anything else."""

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.timeline_cuts import clip, cut, gap, movie, old_clip, span, track, version_of
from void_studio.core import StudioError
from void_studio.timeline import Placement, Profile, conform, history, read_timeline, revert

_WRONG: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 1e308, -1e308, 10**400, "", "x", "\ud800", "a\0b", "../" * 99,
    [], [None], [[]], {}, {"OTIO_SCHEMA": None}, {"OTIO_SCHEMA": "Clip.99999999999999999999"},
    {"OTIO_SCHEMA": ""}, {"OTIO_SCHEMA": "Stack.1", "children": 5}, "Track.1", "Stack.1", "Clip.1",
)  # fmt: skip


def _rich() -> dict[str, Any]:
    """A cut with an object of every kind that is read."""
    sequence = {
        "OTIO_SCHEMA": "ImageSequenceReference.1",
        "metadata": {},
        "available_range": span(0, 50),
        "target_url_base": "C:\\tif",
        "name_prefix": "out.",
        "name_suffix": ".tif",
        "start_frame": 7,
        "frame_zero_padding": 4,
    }
    offline = {
        "OTIO_SCHEMA": "MissingReference.1",
        "metadata": {"Resolve_OTIO": {"Media Url": "/vfx/off.mov"}},
    }
    warp = {"OTIO_SCHEMA": "LinearTimeWarp.1", "time_scalar": 2.0, "enabled": True}
    ours = {"void_studio": {"active": '"DEFAULT_MEDIA"', "sha256": "0", "shift": 0}}
    use = movie("/p/a.mov", span(0, 100))
    inner = cut(track(clip("in", span(5, 10), use)))["tracks"]
    transition = {"OTIO_SCHEMA": "Transition.1", "in_offset": span(0, 1)["duration"]}
    chosen = {
        "media_references": {"DEFAULT_MEDIA": use, "void_v001": {**use, "metadata": ours}},
        "active_media_reference_key": "void_v001",
    }
    return cut(
        track(
            clip("a", span(0, 10), use, markers=[{"OTIO_SCHEMA": "Marker.2", "name": ""}]),
            gap(5),
            clip("b", span(0, 10), use, effects=[warp]),
            transition,
            {**inner, "source_range": span(0, 5)},
        ),
        track(clip("c", span(0, 10), sequence), clip("d", span(0, 4), offline), name="V2"),
        track(old_clip("e", span(0, 10), use), clip("f", span(0, 10), use, **chosen)),
        track(clip("g", span(0, 10), use), metadata=ours, name="VOID v001"),
    )


def _places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, child in pairs:
        yield (*at, key)
        if isinstance(child, dict | list):
            yield from _places(child, (*at, key))


def _changed(place: tuple[Any, ...], wrong: Any) -> bytes:
    value = _rich()
    owner: Any = value
    for key in place[:-1]:
        owner = owner[key]
    owner[place[-1]] = wrong
    return json.dumps(value, indent=1).encode()


def _use(path: Path, text: bytes) -> int:
    """Everything that is done with a timeline; counts what was reached."""
    path.write_bytes(text)
    reached = 0
    try:
        timeline = read_timeline(path, media_root=path.parent)
        reached += 1
        ready = [shot for shot in timeline.shots if shot.refusal is None][:2]
        for profile in Profile:
            for placement in Placement:
                versions = {shot.id: version_of(shot, 7) for shot in ready}
                done = conform(timeline, versions, profile=profile, placement=placement)
                history(timeline, versions, path, done.text)
                reached += 1
                if profile is Profile.CANONICAL:
                    assert read_timeline(path).shots == timeline.shots
                    revert(done.text)
    except StudioError as refusal:
        line = refusal.line()
        if "\n" in line or not line:
            raise AssertionError(line) from refusal
    return reached


def test_every_field_of_another_type_is_read_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "cut.otio"
    rng = random.Random(11)  # noqa: S311 - repeatable test data
    places = list(_places(_rich()))
    chosen = rng.sample(places, 160)
    reached = sum(_use(path, _changed(place, rng.choice(_WRONG))) for place in chosen)
    assert reached > len(chosen)


@pytest.mark.parametrize("field", ["value", "rate", "time_scalar", "start_frame"])
def test_every_absurd_number_is_read_or_refused(tmp_path: Path, field: str) -> None:
    path = tmp_path / "cut.otio"
    text = json.dumps(_rich(), indent=1).encode()
    numbers = list(re.finditer(f'"{field}": ([^,\\n]+)'.encode(), text))
    for token in (b"1e999", b"NaN", b"-Inf", b"9" * 9999, b"-0", b"1e-300", b"0.1e1", b"1e300"):
        for number in numbers[:6]:
            _use(path, text[: number.start(1)] + token + text[number.end(1) :])


def test_cut_and_flipped_bytes_are_read_or_refused(tmp_path: Path, shared_data: Path) -> None:
    path = tmp_path / "cut.otio"
    rng = random.Random(13)  # noqa: S311 - repeatable test data
    samples = [each.read_bytes() for each in sorted(shared_data.glob("otio/*.otio"))]
    small = [text for text in samples if len(text) < 40_000]
    for _ in range(150):
        text = bytearray(rng.choice(small))
        if rng.random() < 0.3:
            del text[rng.randrange(len(text)) :]
        for _ in range(rng.randrange(6)):
            if text:
                text[rng.randrange(len(text))] = rng.randrange(256)
        _use(path, bytes(text))


def test_a_cut_file_is_always_refused(tmp_path: Path) -> None:
    path = tmp_path / "cut.otio"
    text = json.dumps(_rich(), indent=1).encode()
    for stop in range(0, len(text) - 1, 97):
        assert _use(path, text[:stop]) == 0


@pytest.mark.parametrize("levels", [20, 60, 90, 400])
def test_deeply_nested_stacks_are_read_or_refused(tmp_path: Path, levels: int) -> None:
    value: dict[str, Any] = clip("a", span(0, 10), movie("/p/a.mov", span(0, 100)))
    text = json.dumps(value)
    for _ in range(levels):
        text = f'{{"OTIO_SCHEMA": "Track.1", "children": [{text}]}}'
    reached = _use(tmp_path / "cut.otio", text.encode())
    assert (reached > 0) == (levels < 99)
