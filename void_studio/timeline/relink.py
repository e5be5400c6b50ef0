"""From a shot's source range to frames of the plate itself, and the range to work on."""

from __future__ import annotations

import shlex

from void_studio.core import FrameRange, Refused, format_rate
from void_studio.media import PlateRef
from void_studio.timeline.model import Shot

__all__ = ["source_in_plate", "work_range"]


def work_range(source: FrameRange, available: FrameRange, handles: int) -> FrameRange:
    """`source` with `handles` frames more on each side, as far as `available` has them."""
    if handles < 0:
        raise ValueError(f"{handles} handles")
    return source.widened(handles, handles).intersect(available)


def source_in_plate(shot: Shot, ref: PlateRef) -> FrameRange:
    """The shot's source range in the plate's own numbering.

    Where the timeline numbers the media otherwise than the file does (from 0 although the file
    has a timecode, say), the two starts are laid on each other; a media range that lies inside
    the plate's is in its numbering already. Raises Refused for a variable rate, for interlaced
    material, for a rate that is not the timeline's, and for frames that the plate does not have.
    """
    _check_plate(shot, ref)
    named = shot.media.available_range
    same_numbering = named is None or ref.available_range.covers(named)
    shift = 0 if same_numbering or named is None else ref.available_range.start - named.start
    source = shot.source_range.shifted(shift)
    if not ref.available_range.covers(source):
        beside = " with the transition beside it" if shot.beside_transition else ""
        shorter = ", or shorten the transition" if shot.beside_transition else ""
        raise Refused(
            f"shot {shot.id} uses frames {source}{beside}, the plate has {ref.available_range}",
            where=ref.location,
            hint=f"relink the clip to the media that it was cut from{shorter}",
        )
    return source


def _check_plate(shot: Shot, ref: PlateRef) -> None:
    if ref.variable_rate:
        raise Refused(
            "the frames of this plate are not evenly spaced in time: it has no place in a cut",
            where=ref.location,
            hint=_copy(ref, "constant-rate", f"-fps_mode cfr -r {format_rate(shot.media.rate)}"),
        )
    if ref.interlaced:
        raise Refused(
            "this plate is interlaced; its frames hold two moments each",
            where=ref.location,
            hint=_copy(ref, "progressive", "-vf bwdif=send_frame"),
        )
    if ref.rate != shot.media.rate:
        raise Refused(
            f"this plate runs at {format_rate(ref.rate)} frames per second, "
            f"the timeline counts it at {format_rate(shot.media.rate)}",
            where=ref.location,
            hint="relink the clip in the host so that both agree",
        )


def _copy(ref: PlateRef, kind: str, options: str) -> str:
    source, copy = (
        shlex.quote(name) for name in (ref.location.name, f"{kind}-{ref.location.name}")
    )
    return f"make a {kind} copy and relink the clip: ffmpeg -i {source} {options} {copy}"
