"""Where a composition stands in the cut: its time 0, what windows leave of it, what is around."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from void_studio.timeline.json_view import JsonObject
from void_studio.timeline.retime import is_retimed
from void_studio.timeline.times import Stretch

__all__ = ["CUT", "Compound", "Place", "Window"]

_RESOLVE = "Resolve_OTIO"
_NOWHERE = Fraction(0)


@dataclass(frozen=True, slots=True)
class Compound:
    """A nested stack or track: where it begins in the text, and the host's id of its sequence."""

    at: int
    name: str
    sequence_id: str

    @classmethod
    def of(cls, item: JsonObject) -> Compound:
        """The compound that `item` is."""
        return cls(item.node.start, item.string("name") or "", _resolve(item, "Sequence ID"))


@dataclass(frozen=True, slots=True)
class Window:
    """A part of the cut in seconds; None where it has no end."""

    begin: Fraction | None = None
    end: Fraction | None = None

    def narrowed(self, begin: Fraction, end: Fraction) -> Window:
        """What this window leaves of another."""
        begin = begin if self.begin is None else max(begin, self.begin)
        end = end if self.end is None else min(end, self.end)
        return Window(begin, end)

    def of(self, begin: Fraction, end: Fraction) -> tuple[Fraction, Fraction]:
        """What it leaves of an item; nothing, at the item's or the window's start, when apart."""
        if self.begin is not None:
            begin = max(begin, self.begin)
        if self.end is not None:
            end = min(end, self.end)
        return begin, max(begin, end)


@dataclass(frozen=True, slots=True)
class Place:
    """A composition's time 0 in the cut, and through which window the cut shows it.

    `seen` is `cut` with what transitions beside the compounds around it add. `obstacle` is why
    nothing inside can be rendered.
    """

    origin: Fraction
    cut: Window
    seen: Window
    compounds: tuple[Compound, ...] = ()
    obstacle: str | None = None

    def at(self, offset: Fraction) -> Place:
        """The place of a child that starts at `offset`."""
        return replace(self, origin=self.origin + offset)

    def inside(
        self, window: Stretch | None, head: Fraction = _NOWHERE, tail: Fraction = _NOWHERE
    ) -> Place:
        """The place of what a composition here holds, of which it plays only `window`.

        Transitions beside the composition show `head` seconds before and `tail` after it too.
        """
        if window is None:
            return self
        begin, end = self.origin, self.origin + window.duration
        return replace(
            self,
            origin=begin - window.start,
            cut=self.cut.narrowed(begin, end),
            seen=self.seen.narrowed(begin - head, end + tail),
        )

    def nested(self, item: JsonObject) -> Place:
        """This place for what the nested composition `item` holds."""
        inner = (*self.compounds, Compound.of(item))
        return replace(self.around(item), compounds=inner)

    def around(self, item: JsonObject) -> Place:
        """This place with what stands in the way when `item` is the composition here."""
        if self.obstacle is not None:
            return self
        return replace(self, obstacle=_obstacle(item))


CUT = Place(_NOWHERE, Window(), Window())


def _obstacle(item: JsonObject) -> str | None:
    if "multicam" in _resolve(item, "Sequence Type").lower().replace(" ", ""):
        return (
            "it is an angle of a multicam clip, and the file does not say how the host switches"
            " angles: flatten the multicam clip in the host and export again"
        )
    if is_retimed(item):
        return (
            "the compound clip or track around it has a speed change: render it from a copy of"
            " the cut in which the speed change is on the clips themselves"
        )
    return None


def _resolve(item: JsonObject, key: str) -> str:
    metadata = item.object("metadata")
    resolve = metadata.object(_RESOLVE) if metadata is not None else None
    if resolve is None or resolve.member(key) is None:
        return ""
    return resolve.string(key) or ""
