"""The media that an item consumes: every frame that a host may show of it, rounded outward."""

from __future__ import annotations

import math
from fractions import Fraction

from void_studio.core import FrameRange
from void_studio.timeline.composition import Placed
from void_studio.timeline.model import MediaTarget
from void_studio.timeline.retime import Retime
from void_studio.timeline.times import Stretch

__all__ = ["consumed_frames", "cut_frames", "trimmed_range"]

_STRAIGHT = Retime("100 %", Fraction(1))


def consumed_frames(
    placed: Placed, retime: Retime | None, media: MediaTarget, rate: Fraction
) -> FrameRange:
    """The media frames behind what is seen of an item in a cut of `rate`, transitions included."""
    return _frames(placed, placed.shown, retime, media, rate)


def cut_frames(
    placed: Placed, retime: Retime | None, media: MediaTarget, rate: Fraction
) -> FrameRange:
    """The same without what transitions add."""
    begin = placed.cut_head
    return _frames(placed, (begin, begin + placed.record.duration), retime, media, rate)


def _frames(
    placed: Placed,
    shown: tuple[Fraction, Fraction],
    retime: Retime | None,
    media: MediaTarget,
    rate: Fraction,
) -> FrameRange:
    """Whole frames for [lo, hi) where they fall on frames; else also those that a host may mix in.

    A host that plays at another speed or rate, or between frames, shows for a media time m frames
    from floor(m) to ceil(m); backwards it may count from the end of the interval or from its last
    frame. Frames that the media does not have are left out of this margin.
    """
    if placed.written is None:
        return FrameRange(0, 0)
    begin, end = shown
    low, high = (retime or _STRAIGHT).needs(begin, end, placed.span)
    stretch = Stretch(placed.written.start + low, high - low, media.rate)
    frames = stretch.frames_outward(media.rate)
    if begin == end:
        return FrameRange(frames.start, 0)
    if retime is None and rate == media.rate and stretch.is_whole(rate):
        return stretch.frames(rate)
    backwards = retime is not None and (retime.speed is None or retime.speed < 0)
    last = max(frames.start, math.ceil(stretch.stop * media.rate))
    margin = FrameRange.of(frames.start - backwards, last)
    return _settled(frames, margin, media.available_range)


def _settled(frames: FrameRange, margin: FrameRange, available: FrameRange | None) -> FrameRange:
    """`margin` as far as there are frames, unless `frames` is out of the media by more than one."""
    if available is None or not available.widened(1, 1).covers(frames):
        return margin
    return margin.intersect(available)


def trimmed_range(placed: Placed, retime: Retime | None) -> Stretch | None:
    """The source range of an item that plays, with the same effects, what the cut shows of it.

    Times in seconds. None where there is none: a part of a ramp, or an item of unknown length.
    """
    written = placed.written
    if written is None or not placed.is_trimmed:
        return written
    speed = (retime or _STRAIGHT).speed
    if speed is None or not placed.span:
        return None
    hidden = placed.cut_head
    if speed < 0:
        hidden = placed.span - placed.cut_head - placed.record.duration
    share = placed.record.duration / placed.span
    return Stretch(written.start + hidden * abs(speed), written.duration * share, written.rate)
