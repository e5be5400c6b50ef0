"""Shots out of placed clips: names, ids, ranges, and why one can not be rendered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from void_studio.core import FrameRange, digest_json
from void_studio.timeline.clip_media import MediaFinder
from void_studio.timeline.composition import Placed
from void_studio.timeline.model import MediaKind, MediaTarget, Shot
from void_studio.timeline.retime import Retime, retime_of
from void_studio.timeline.schema import Findings
from void_studio.timeline.times import Stretch

__all__ = ["shots_of"]

_ID_DIGITS = 8
_BY_KIND = {
    MediaKind.SEQUENCE: (
        "its media is an image sequence; only movies are rendered:"
        " make a movie of it and relink the clip"
    ),
    MediaKind.STILL: (
        "it is a still picture; a fill needs frames that move: paint it out in a still image editor"
    ),
    MediaKind.GENERATOR: "it is a title or generator made by the host; it has no media to fill",
}


def shots_of(
    clips: Iterable[Placed], rate: Fraction, sequence: str, finder: MediaFinder, findings: Findings
) -> tuple[Shot, ...]:
    """The shots in record order within each track, tracks as the file has them.

    A shot's id is `sh-` and 8 hexadecimal digits of the BLAKE3 of what the editor would recognise
    it by: clip name, media url, source start and duration in exact seconds. Neither its place in
    the cut nor its track counts, so edits elsewhere leave it alone. Uses that are alike in all
    four are told apart by `-2`, `-3` ... in record order.
    """
    found = [_shot(placed, rate, sequence, finder, findings) for placed in clips]
    order = sorted(range(len(found)), key=lambda n: (found[n].record_range.start, n))
    seen: Counter[str] = Counter()
    ids = [""] * len(found)
    for place in order:
        base = found[place].id
        seen[base] += 1
        ids[place] = base if seen[base] == 1 else f"{base}-{seen[base]}"
    return tuple(_with_id(shot, name) for shot, name in zip(found, ids, strict=True))


def _shot(
    placed: Placed, rate: Fraction, sequence: str, finder: MediaFinder, findings: Findings
) -> Shot:
    written = placed.written
    clip_rate = written.rate if written else rate
    media = finder.target(placed.clip, clip_rate)
    retime = retime_of(placed.clip, findings)
    source = _source(placed, retime, media.rate)
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
        refusal=_refusal(placed, media, source, retime),
        span=(placed.clip.node.start, placed.clip.node.stop),
    )


def _source(placed: Placed, retime: Retime | None, media_rate: Fraction) -> FrameRange:
    if placed.written is None:
        return FrameRange(0, 0)
    speed = retime.speed if retime else Fraction(1)
    start = placed.written.start + placed.cut_head * speed
    duration = placed.record.duration * speed
    return Stretch(start, duration, media_rate).frames(media_rate)


def _content_id(name: str, url: str, written: Stretch | None) -> str:
    start, duration = (written.start, written.duration) if written else (0, 0)
    content = {"name": name, "url": url, "start": str(start), "duration": str(duration)}
    return f"sh-{digest_json(content)[:_ID_DIGITS]}"


def _refusal(
    placed: Placed, media: MediaTarget, source: FrameRange, retime: Retime | None
) -> str | None:
    if placed.nested:
        return (
            "it is inside a compound clip; the same compound may be used elsewhere:"
            " open the compound as its own timeline and export that"
        )
    if media.kind in _BY_KIND:
        return _BY_KIND[media.kind]
    if retime is not None:
        return (
            f"it plays {retime.words}; a shot with a speed change is not rendered:"
            " render it from a copy of the cut without the retime"
        )
    if placed.transition:
        return (
            "a transition touches it; the frames under the transition are not rendered:"
            " render it from a copy of the cut without the transition"
        )
    if placed.written is None:
        return "its length is not in the file: it has neither a source range nor a media range"
    return None if source.duration else "no frame of it is seen in the cut"


def _with_id(shot: Shot, name: str) -> Shot:
    return shot if shot.id == name else replace(shot, id=name)
