"""What the shot strip shows of each frame, counted once and again only where it changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from void_studio.app.session import OpenShot
from void_studio.core import FrameRange
from void_studio.quadmask import FrameState, Role

__all__ = ["Drift", "StripFacts"]

_LOUDEST_FIRST = (
    FrameState.LOCKED,
    FrameState.KEYED,
    FrameState.PAINTED,
    FrameState.PROPAGATED,
)


@dataclass(frozen=True, slots=True)
class Drift:
    """How much a frame differs from what is expected, 0 to 1; above `threshold` it is suspect."""

    values: Mapping[int, float] = field(default_factory=dict)
    threshold: float = 0.5

    def is_suspect(self, frame: int) -> bool:
        """Whether a person should look at the frame."""
        return self.values.get(frame, 0.0) > self.threshold

    @property
    def suspects(self) -> tuple[int, ...]:
        """Suspect frames, ascending."""
        return tuple(sorted(frame for frame in self.values if self.is_suspect(frame)))


class StripFacts:
    """States of one shot's frames by role; of the session's thread."""

    def __init__(self, shot: OpenShot) -> None:
        self._shot = shot
        self._states: dict[tuple[Role, int], FrameState] = {}

    def is_of(self, shot: OpenShot) -> bool:
        """Whether these are the facts of `shot`."""
        return self._shot is shot

    def state(self, role: Role, frame: int) -> FrameState:
        """The loudest state among the visible layers of a role."""
        key = (role, frame)
        if key not in self._states:
            self._states[key] = self._counted(role, frame)
        return self._states[key]

    def loudest(self, role: Role, frames: range) -> FrameState:
        """The most urgent state of several frames that share a cell."""
        return _loudest({self.state(role, frame) for frame in frames})

    def proposed(self, role: Role) -> frozenset[int]:
        """Frames of proposals for a role."""
        found = (one for one in self._shot.proposals if one.role is role)
        return frozenset(frame for proposal in found for frame in proposal.mattes)

    def forget(self) -> None:
        """Layers came, went or changed: count everything anew."""
        self._states.clear()

    def changed(self, frame: int) -> bool:
        """A frame was painted on; whether that changed its state."""
        before = [self._states.pop((role, frame), None) for role in Role]
        return before != [self.state(role, frame) for role in Role]

    def painted(self, frames: FrameRange) -> tuple[int, ...]:
        """Frames in which anything is set, ascending."""
        return tuple(
            frame
            for frame in frames
            if any(self.state(role, frame) is not FrameState.EMPTY for role in Role)
        )

    def empty_handles(self) -> tuple[int, ...]:
        """Frames of head and tail that nothing reaches, while something is painted elsewhere."""
        work, source = self._shot.work, self._shot.source
        painted = set(self.painted(work))
        if not painted:
            return ()
        return tuple(frame for frame in work if frame not in source and frame not in painted)

    def _counted(self, role: Role, frame: int) -> FrameState:
        document = self._shot.document
        if frame not in document.range:
            return FrameState.EMPTY
        shown = (layer for layer in document.layers if layer.visible and layer.role is role)
        return _loudest({_with_paint(layer.state(frame), layer.is_empty(frame)) for layer in shown})


def _with_paint(state: FrameState, is_empty: bool) -> FrameState:
    """A locked frame without paint shows nothing."""
    return FrameState.EMPTY if is_empty else state


def _loudest(states: set[FrameState]) -> FrameState:
    return next((state for state in _LOUDEST_FIRST if state in states), FrameState.EMPTY)
