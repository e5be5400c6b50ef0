"""The shots of a timeline as a person needs them listed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from void_studio.app.facts import shot_facts
from void_studio.app.shots import plate_of
from void_studio.core import FrameRange, StudioError, format_rate
from void_studio.timeline import Shot, Timeline, read_timeline, work_range

__all__ = ["Listing", "list_shots"]


@dataclass(frozen=True, slots=True)
class Listing:
    """The facts of `shots`, and the same as lines."""

    facts: dict[str, Any]

    def lines(self) -> Iterator[str]:
        """One line per shot, then the warnings."""
        for shot in self.facts["shots"]:
            record, source = shot["record_range"], shot["source_range"]
            speed = f" ({shot['retime']})" if shot["retime"] else ""
            state = shot["refusal"] or ("ready" if shot["online"] else "offline")
            yield (
                f"{shot['id']}  {shot['name']}  {shot['track']['name']}  "
                f"record {record['first']}-{record['last']}  "
                f"source {source['first']}-{source['last']}{speed}  {state}"
            )
        for warning in self.facts["warnings"]:
            yield f"warning: {warning}"


def list_shots(
    path: Path, *, media_root: Path | None, handles: int, rate: Fraction | None = None
) -> Listing:
    """Read a timeline and look at every plate that is there."""
    timeline = read_timeline(path, media_root=media_root, rate=rate)
    start = timeline.global_start
    return Listing(
        {
            "timeline": str(path),
            "name": timeline.name,
            "rate": format_rate(timeline.rate),
            "global_start": str(start) if start else None,
            "sha256": timeline.sha256,
            "shots": [_facts(timeline, shot, handles) for shot in timeline.shots],
            "warnings": list(timeline.warnings),
        }
    )


def _facts(timeline: Timeline, shot: Shot, handles: int) -> dict[str, Any]:
    if shot.refusal or shot.media.offline or shot.media.path is None:
        return shot_facts(shot, work=_stated_work(shot, handles), refusal=shot.refusal)
    try:
        known = plate_of(timeline, shot, handles=handles)
    except StudioError as error:
        return shot_facts(shot, work=_stated_work(shot, handles), refusal=error.line())
    work = known.work.shifted(known.numbering_offset)
    return shot_facts(shot, work=work, refusal=None)


def _stated_work(shot: Shot, handles: int) -> FrameRange | None:
    available = shot.media.available_range
    if available is None:
        return None
    return work_range(shot.source_range, available, handles)
