"""The exact rate of a movie, checked against when its frames are shown."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING

from void_studio.core import snap_rate
from void_studio.media.index import FrameIndex

if TYPE_CHECKING:
    from av.video.stream import VideoStream

__all__ = ["clock_of", "is_constant"]

_COARSEST_TICK = Fraction(1, 1000)


def clock_of(stream: VideoStream, index: FrameIndex) -> tuple[Fraction, bool]:
    """The rate, and whether it varies.

    The rate is the first of those that the container states and that the times give by which every
    frame is shown when it should be; without one the movie has a variable rate and the first
    stated one, its average, is returned.
    """
    stated = [stream.average_rate, stream.guessed_rate, _measured(index)]
    rates = [_snapped(rate) for rate in stated if rate]
    if not rates:
        return Fraction(25), False
    if not index.seekable:
        return rates[0], False
    pts = index.pts.tolist()
    for rate in rates:
        if is_constant(pts, index.time_base, rate):
            return rate, False
    return rates[0], True


def is_constant(pts: Iterable[int], time_base: Fraction, rate: Fraction) -> bool:
    """Whether presentation times are those of `rate`, rounded to ticks of a container.

    Times may be off by one tick where a frame is not a whole number of ticks long, and by 1 ms,
    the tick of Matroska and FLV, which stays in a movie when it is moved to another container.
    """
    step = 1 / (rate * time_base)
    tick = Fraction(0) if step.denominator == 1 else Fraction(1)
    allowed = min(max(tick, _COARSEST_TICK / time_base), step / 2)
    drift = [at * step.denominator - number * step.numerator for number, at in enumerate(pts)]
    return max(drift) - min(drift) <= allowed * step.denominator


def _snapped(rate: Fraction) -> Fraction:
    return snap_rate(float(rate))


def _measured(index: FrameIndex) -> Fraction | None:
    if len(index) < 2 or not index.seekable:
        return None
    ticks = int(index.pts[-1]) - int(index.pts[0])
    return Fraction(len(index) - 1) / (ticks * index.time_base)
