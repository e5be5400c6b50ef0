"""A retimed clip, one beside a dissolve and one in a compound: rendered, put back, read again."""

import json
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import FIRST_FRAME, FRAMES, Cut
from tests.e2e.studio import checked, studio
from void_studio.app.demo.cut import CutItem, resolve_timeline
from void_studio.app.demo.footage import RATE
from void_studio.core import FrameRange
from void_studio.media import open_plate
from void_studio.versions import read_version

_WHOLE = FrameRange(FIRST_FRAME, FRAMES)
_Json = dict[str, Any]


@dataclass(frozen=True)
class _Timed:
    """The timeline and a version of its retimed, its dissolved and its nested shot."""

    timeline: Path
    versions: tuple[Path, ...]


def _clips(plate: Path) -> list[_Json]:
    """A retimed clip, two on both sides of a dissolve, and one for a compound."""
    ranges = ((0, 6), (2, 4), (4, 4), (1, 3))
    items = [CutItem(plate, _WHOLE, FrameRange(FIRST_FRAME + at, n)) for at, n in ranges]
    cut = json.loads(resolve_timeline(items, RATE, FIRST_FRAME))
    clips: list[_Json] = cut["tracks"]["children"][0]["children"]
    return clips


def _dissolve(frames: int) -> _Json:
    offset = {"OTIO_SCHEMA": "RationalTime.1", "rate": float(RATE), "value": float(frames)}
    return {
        "OTIO_SCHEMA": "Transition.1",
        "metadata": {},
        "name": "",
        "in_offset": offset,
        "out_offset": offset,
        "transition_type": "SMPTE_Dissolve",
    }


def _text(plate: Path) -> str:
    cut = json.loads(resolve_timeline([CutItem(plate, _WHOLE, _WHOLE)], RATE, FIRST_FRAME))
    (track,) = cut["tracks"]["children"]
    retimed, outgoing, incoming, nested = _clips(plate)
    retimed["effects"].append(
        {
            "OTIO_SCHEMA": "LinearTimeWarp.1",
            "metadata": {},
            "name": "",
            "effect_name": "",
            "time_scalar": 0.5,
        }
    )
    compound = {
        **cut["tracks"],
        "metadata": {"Resolve_OTIO": {"Sequence Type": "Compound Clip", "Sequence ID": "{1}"}},
        "name": "COMP",
        "children": [{**track, "children": [nested]}],
    }
    children = [retimed, outgoing, _dissolve(2), incoming, compound, compound]
    cut["tracks"]["children"] = [{**track, "children": children}]
    return json.dumps(cut, indent=4)


@pytest.fixture(scope="module")
def timed(cut: Cut, tmp_path_factory: pytest.TempPathFactory) -> _Timed:
    folder = tmp_path_factory.mktemp("timed")
    timeline = folder / "cut.otio"
    timeline.write_text(_text(cut.plate))
    shots = checked("shots", "shots", timeline)["shots"]
    words: list[object] = ["--quadmask", cut.quadmask, "--handles", 1, "--versions", folder / "v"]
    for place in (0, 1, 3):
        words += ["--shot", shots[place]["id"]]
    found = checked("render", "render", timeline, *words)["versions"]
    return _Timed(timeline, tuple(Path(each["folder"]) for each in found))


def _places(timeline: Path) -> list[tuple[Any, ...]]:
    shots = checked("shots", "shots", timeline)["shots"]
    return [(shot["record_range"], shot["source_range"], shot["retime"]) for shot in shots]


def test_shots_tell_what_plays_at_another_speed_and_where_a_clip_is_used(timed: _Timed) -> None:
    shots = checked("shots", "shots", timed.timeline)["shots"]
    assert [shot["refusal"] for shot in shots] == [None] * 5
    assert [shot["retime"] for shot in shots] == ["50 %", None, None, None, None]
    assert [shot["beside_transition"] for shot in shots] == [False, True, True, False, False]
    assert [shot["compound"] for shot in shots] == [None, None, None, "COMP", "COMP"]
    assert shots[3]["other_uses"] == [shots[4]["id"]]
    assert [shot["record_range"]["first"] for shot in shots] == [0, 6, 10, 14, 17]


def test_a_version_has_the_media_that_its_item_consumes_and_its_handles(timed: _Timed) -> None:
    wanted = [(0, 3 + 1 + 1), (1, 1 + 4 + 2 + 1), (0, 1 + 3 + 1)]
    for folder, (first, count) in zip(timed.versions, wanted, strict=True):
        version = read_version(folder)
        with open_plate(version.master) as master:
            assert master.ref.available_range == FrameRange(FIRST_FRAME + first, count)
            assert master.ref.rate == Fraction(24000, 1001)
        assert version.certificate.ok


@pytest.mark.parametrize("profile", ["canonical", "resolve"])
def test_the_conformed_timeline_plays_the_same_frames_at_the_same_places(
    timed: _Timed, tmp_path: Path, profile: str
) -> None:
    out = tmp_path / "out.otio"
    words = [word for folder in timed.versions for word in ("--version", folder)]
    checked("conform", "conform", timed.timeline, "--out", out, "--profile", profile, *words)
    assert _places(out) == _places(timed.timeline)
    assert out.read_text().count('"time_scalar": 0.5') == 1
    back = tmp_path / "back.otio"
    checked("revert", "revert", out, "--out", back)
    assert back.read_bytes() == timed.timeline.read_bytes()


def test_a_compound_is_changed_in_all_uses_or_only_in_the_one_that_is_named(
    timed: _Timed, tmp_path: Path
) -> None:
    nested = timed.versions[2]
    ids = [shot["id"] for shot in checked("shots", "shots", timed.timeline)["shots"]]
    counts = []
    for number, only in enumerate(((), ("--only", ids[4]))):
        out = tmp_path / f"out{number}.otio"
        words: list[object] = ["--out", out, "--version", nested, *only]
        checked("conform", "conform", timed.timeline, *words)
        counts.append(out.read_text().count('"active_media_reference_key": "void_v003"'))
    assert counts == [2, 1]
    strange = ("--version", nested, "--only", ids[0])
    answer = studio("conform", timed.timeline, "--out", tmp_path / "no.otio", *strange)
    assert answer.code == 2
    assert "no version here is for shot" in answer.err
