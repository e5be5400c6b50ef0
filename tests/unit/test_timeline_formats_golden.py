"""Every sample is read as it was, or refused for the reason that a person was given before."""

import json
import os
from pathlib import Path
from typing import Any

from void_studio.core import FrameRange, StudioError
from void_studio.timeline import Shot, read_timeline

_GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "timelines.json"
_LEAST_IMPORTED = 100


def _facts(path: Path) -> dict[str, Any]:
    """What is kept of a sample: how many shots, and the ranges of those that are plain."""
    try:
        timeline = read_timeline(path)
    except StudioError as refusal:
        return {"refused": refusal.what}
    plain = [shot for shot in timeline.shots if _is_plain(shot)]
    start = timeline.global_start
    return {
        "rate": str(timeline.rate),
        "start": str(start) if start else None,
        "shots": len(timeline.shots),
        "plain": {shot.id: _ranges(shot) for shot in plain},
    }


def _is_plain(shot: Shot) -> bool:
    return not (shot.retime or shot.beside_transition or shot.compound)


def _ranges(shot: Shot) -> str:
    record, source = _written(shot.record_range), _written(shot.source_range)
    return f"{shot.track.index}: {record} <- {source} @ {shot.media.rate} {shot.media.kind.value}"


def _written(frames: FrameRange) -> str:
    return f"{frames.start}+{frames.duration}"


def _read(folder: Path) -> dict[str, Any]:
    files = sorted(each for each in folder.iterdir() if each.suffix != ".md")
    return {path.name: _facts(path) for path in files}


def test_every_sample_is_read_as_the_golden_list_says(shared_data: Path) -> None:
    found = _read(shared_data / "otio")
    if os.environ.get("GOLDEN_WRITE"):
        _GOLDEN.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    known = json.loads(_GOLDEN.read_text())
    assert found.keys() == known.keys()
    differing = {name: (known[name], found[name]) for name in known if known[name] != found[name]}
    assert differing == {}


def test_most_samples_give_a_shot_and_the_others_a_reason() -> None:
    known = json.loads(_GOLDEN.read_text())
    imported = [name for name, facts in known.items() if facts.get("shots")]
    refused = {name: facts["refused"] for name, facts in known.items() if "refused" in facts}
    assert len(known) == 126
    assert len(imported) >= _LEAST_IMPORTED
    assert all(reason and "\n" not in reason for reason in refused.values())
