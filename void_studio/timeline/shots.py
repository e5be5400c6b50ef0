"""Shots out of placed clips: names, ids, ranges, and why one can not be rendered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from void_studio.core import FrameRange, digest_json
from void_studio.timeline.clip_media import MediaFinder
from void_studio.timeline.composition import Placed
from void_studio.timeline.compounds import uses_of, with_other_uses
from void_studio.timeline.consumed import consumed_frames, cut_frames, trimmed_range
from void_studio.timeline.model import MediaKind, MediaTarget, Shot
from void_studio.timeline.premiere import Doubt
from void_studio.timeline.retime import Retime, retime_of
from void_studio.timeline.schema import Findings
from void_studio.timeline.times import Stretch

__all__ = ["shots_of"]

_ID_DIGITS = 8
_BY_KIND = {
    MediaKind.STILL: (
        "it is a still picture; a fill needs frames that move: paint it out in a still image editor"
    ),
    MediaKind.GENERATOR: "it is a title or generator made by the host; it has no media to fill",
}


def shots_of(
    clips: Iterable[Placed],
    rate: Fraction,
    sequence: str,
    finder: MediaFinder,
    findings: Findings,
    doubt: Doubt,
) -> tuple[Shot, ...]:
    """The shots in record order within each track, tracks as the file has them.

    A shot's id is `sh-` and 8 hexadecimal digits of the BLAKE3 of what the editor would recognise
    it by: clip name, media url, source start and duration in exact seconds. Neither its place in
    the cut nor its track counts, so edits elsewhere leave it alone. Uses that are alike in all
    four are told apart by `-2`, `-3` ... in record order.
    """
    placed = list(clips)
    found = [_shot(each, rate, sequence, finder, findings, doubt) for each in placed]
    order = sorted(range(len(found)), key=lambda n: (found[n].record_range.start, n))
    seen: Counter[str] = Counter()
    ids = [""] * len(found)
    for place in order:
        base = found[place].id
        seen[base] += 1
        ids[place] = base if seen[base] == 1 else f"{base}-{seen[base]}"
    named = [_with_id(shot, name) for shot, name in zip(found, ids, strict=True)]
    groups = uses_of(placed, [shot.id for shot in found])
    return tuple(with_other_uses(named, groups))


def _shot(
    placed: Placed,
    rate: Fraction,
    sequence: str,
    finder: MediaFinder,
    findings: Findings,
    doubt: Doubt,
) -> Shot:
    written = placed.written
    clip_rate = written.rate if written else rate
    media = finder.target(placed.clip, clip_rate)
    retime = retime_of(placed.clip, written, findings)
    source = consumed_frames(placed, retime, media, rate)
    name = placed.clip.string("name") or ""
    findings.titles += media.kind is MediaKind.GENERATOR
    findings.between_frames += bool(written and not written.is_whole(clip_rate))
    for marker in placed.clip.objects("markers"):
        findings.note(marker)
    return Shot(
        id=_content_id(name, media.url, written),
        name=name,
        sequence=sequence,
        track=placed.track,
        rate=rate,
        record_range=placed.record.frames(rate),
        source_range=source,
        media=media,
        enabled=placed.clip.boolean("enabled") is not False,
        retime=retime.words if retime else None,
        refusal=_by_kind(placed, media)
        or _by_time(placed, retime, doubt)
        or _by_frames(source, cut_frames(placed, retime, media, rate), media),
        span=(placed.clip.node.start, placed.clip.node.stop),
        beside_transition=placed.transition,
        compound=_compound(placed),
        trimmed=trimmed_range(placed, retime),
    )


def _compound(placed: Placed) -> str | None:
    if not placed.compounds:
        return None
    inner = placed.compounds[-1]
    return inner.name or inner.sequence_id or "unnamed"


def _content_id(name: str, url: str, written: Stretch | None) -> str:
    start, duration = (written.start, written.duration) if written else (0, 0)
    content = {"name": name, "url": url, "start": str(start), "duration": str(duration)}
    return f"sh-{digest_json(content)[:_ID_DIGITS]}"


def _by_kind(placed: Placed, media: MediaTarget) -> str | None:
    if media.kind in _BY_KIND:
        return _BY_KIND[media.kind]
    if placed.written is None:
        return "its length is not in the file: it has neither a source range nor a media range"
    return placed.obstacle


def _by_time(placed: Placed, retime: Retime | None, doubt: Doubt) -> str | None:
    if retime is None:
        return None
    if retime.refusal is not None:
        return f"{retime.refusal}: render it from a copy of the cut without the speed change"
    return doubt.about(retime)


def _by_frames(source: FrameRange, cut: FrameRange, media: MediaTarget) -> str | None:
    available = media.available_range
    if available is not None and available.covers(cut) and not available.covers(source):
        return (
            f"the transition beside it shows frames {source} of its media, which has"
            f" {available}: shorten the transition, or relink the clip to media that is longer"
        )
    return None if source.duration else "no frame of it is seen in the cut"


def _with_id(shot: Shot, name: str) -> Shot:
    return shot if shot.id == name else replace(shot, id=name)
