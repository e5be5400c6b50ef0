"""Speed changes on a clip: what they are called, and which media an item needs under them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from void_studio.timeline.json_view import JsonObject
from void_studio.timeline.schema import Findings, schema_name
from void_studio.timeline.speed_curve import SpeedCurve
from void_studio.timeline.speed_tables import UnreadableTable, ramp_of
from void_studio.timeline.times import Stretch

__all__ = ["Retime", "constant_speed", "is_retimed", "retime_of", "time_effects"]

_TIME_EFFECTS = ("LinearTimeWarp", "FreezeFrame", "TimeEffect")
_FASTEST = 10_000


@dataclass(frozen=True, slots=True)
class Retime:
    """How an item plays its media; `words` is for people: "50 %", "-100 %", "freeze", "ramp ...".

    `speed` is media time per record time, 0 for a freeze frame, negative backwards; None where it
    varies, and then `curve` has it. `refusal` says why neither is known.
    """

    words: str
    speed: Fraction | None
    curve: SpeedCurve | None = None
    refusal: str | None = None

    def needs(
        self, begin: Fraction, end: Fraction, duration: Fraction
    ) -> tuple[Fraction, Fraction]:
        """The media seconds, from the start of the source range, played from `begin` to `end`.

        `begin` and `end` are record seconds from the start of an item of `duration`. Backwards
        the item plays the same media as forwards, from its end on.
        """
        if self.curve is not None:
            return self.curve.needs(begin, end)
        speed = self.speed if self.speed is not None else Fraction(1)
        if speed < 0:
            begin, end = duration - end, duration - begin
        return begin * abs(speed), end * abs(speed)


def time_effects(clip: JsonObject, findings: Findings) -> list[tuple[JsonObject, str]]:
    """The clip's (or track's, or stack's) time effects that are on, each with its schema's name."""
    named = ((effect, schema_name(effect, findings)) for effect in clip.objects("effects"))
    return [
        (effect, name)
        for effect, name in named
        if name in _TIME_EFFECTS and effect.boolean("enabled") is not False
    ]


def is_retimed(item: JsonObject) -> bool:
    """Whether an item does not play at 100 %."""
    effects = time_effects(item, Findings())
    return any(name == "TimeEffect" for _, name in effects) or _product(effects) != 1


def constant_speed(clip: JsonObject) -> Fraction | None:
    """Media time per record time; None where it varies."""
    effects = time_effects(clip, Findings())
    return None if any(name == "TimeEffect" for _, name in effects) else _product(effects)


def retime_of(clip: JsonObject, written: Stretch | None, findings: Findings) -> Retime | None:
    """The clip's speed change, None when it plays straight; constant ones multiply."""
    effects = time_effects(clip, findings)
    ramps = [effect for effect, name in effects if name == "TimeEffect"]
    if not ramps:
        return _constant(_product(effects))
    others = [effect for effect in effects if effect[1] != "TimeEffect"]
    if len(ramps) > 1 or _product(others) != 1:
        return Retime("ramp", None, refusal="it has several speed changes that do not multiply")
    return _ramp(ramps[0], written)


def _product(effects: list[tuple[JsonObject, str]]) -> Fraction:
    speed = Fraction(1)
    for effect, name in effects:
        scalar = 0 if name == "FreezeFrame" else effect.number("time_scalar")
        speed *= 1 if scalar is None else Fraction(repr(scalar))
    return speed


def _constant(speed: Fraction) -> Retime | None:
    if speed == 1:
        return None
    if abs(speed) > _FASTEST:
        words = f"over {_FASTEST * 100} %"
        return Retime(words, speed, refusal=f"its speed is {words}, which no host plays")
    return Retime(f"{float(speed) * 100:.6g} %" if speed else "freeze", speed)


def _ramp(effect: JsonObject, written: Stretch | None) -> Retime:
    if written is None:
        return Retime("ramp", None)
    try:
        curve = ramp_of(effect, written)
    except UnreadableTable as reason:
        return Retime("ramp", None, refusal=f"its speed ramp {reason}")
    slow, fast = (round(speed * 100) for speed in curve.speeds)
    between = " to " if slow < 0 else "-"
    return Retime(f"ramp {slow}{between}{fast} %", None, curve)
