"""Speed changes on a clip, as far as they are listed: what it is called and how fast it runs."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from void_studio.timeline.json_view import JsonObject
from void_studio.timeline.schema import Findings, schema_name

__all__ = ["Retime", "retime_of"]

_TIME_EFFECTS = ("LinearTimeWarp", "FreezeFrame", "TimeEffect")
_FASTEST = 10_000


@dataclass(frozen=True, slots=True)
class Retime:
    """`words` continue the sentence "it plays ..."; `speed` is media time per record time.

    0 for a freeze frame, 1 where the speed varies and the media interval is not known from here.
    """

    words: str
    speed: Fraction


def retime_of(clip: JsonObject, findings: Findings) -> Retime | None:
    """The clip's speed change, None when it plays straight."""
    found: Retime | None = None
    for effect in clip.objects("effects"):
        name = schema_name(effect, findings)
        if name not in _TIME_EFFECTS or effect.boolean("enabled") is False:
            continue
        this = _described(effect, name)
        if this is not None:
            found = this if found is None else Retime("with several speed changes", Fraction(1))
    return found


def _described(effect: JsonObject, name: str) -> Retime | None:
    if name == "FreezeFrame":
        return Retime("as a freeze frame", Fraction(0))
    if name == "TimeEffect":
        return Retime("with a speed ramp", Fraction(1))
    scalar = effect.number("time_scalar")
    if scalar is None or scalar == 1:
        return None
    if abs(scalar) > _FASTEST:
        raise effect.wrong("time_scalar", "a speed")
    backwards = " backwards" if scalar < 0 else ""
    return Retime(f"at {abs(scalar) * 100:.6g} %{backwards}", abs(Fraction(scalar)))
