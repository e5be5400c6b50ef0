"""Playing and stepping."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from void_studio.app.session import OpenShot, ViewState
from void_studio.quadmask import FrameState

if TYPE_CHECKING:
    from void_studio.gui.window import MainWindow

__all__ = ["checks", "handlers"]

_FASTEST = 8.0


def handlers(window: MainWindow) -> Mapping[str, Callable[[], object]]:
    """What each action does."""
    session = window.session

    def to(find: Callable[[OpenShot, int], int | None]) -> None:
        shot = session.shot
        if shot is not None:
            session.view.playing = False
            found = find(shot, session.view.frame)
            if found is not None:
                session.view.frame = max(shot.work.start, min(found, shot.work.last))

    return {
        "play.toggle": partial(_toggle, session.view),
        "play.back": partial(_shuttle, session.view, -1.0),
        "play.stop": partial(_stop, session.view),
        "play.forward": partial(_shuttle, session.view, 1.0),
        "step.previous": lambda: to(lambda _, frame: frame - 1),
        "step.next": lambda: to(lambda _, frame: frame + 1),
        "step.previous_ten": lambda: to(lambda _, frame: frame - 10),
        "step.next_ten": lambda: to(lambda _, frame: frame + 10),
        "step.first": lambda: to(lambda shot, _: shot.work.start),
        "step.last": lambda: to(lambda shot, _: shot.work.last),
        "step.previous_painted": lambda: to(_painted_before),
        "step.next_painted": lambda: to(_painted_after),
        "range.in": lambda: setattr(session.view, "in_frame", session.view.frame),
        "range.out": lambda: setattr(session.view, "out_frame", session.view.frame),
        "range.clear": partial(_clear_range, session.view),
    }


def checks(window: MainWindow) -> Mapping[str, Callable[[], bool]]:
    """None of them stays on."""
    return {}


def _toggle(view: ViewState) -> None:
    if not view.playing:
        view.speed = 1.0
    view.playing = not view.playing


def _stop(view: ViewState) -> None:
    view.playing = False


def _shuttle(view: ViewState, direction: float) -> None:
    same_way = view.playing and view.speed * direction > 0
    view.speed = direction * min(abs(view.speed) * 2, _FASTEST) if same_way else direction
    view.playing = True


def _clear_range(view: ViewState) -> None:
    view.in_frame = None
    view.out_frame = None


def _painted_before(shot: OpenShot, frame: int) -> int | None:
    return _first_painted(shot, range(frame - 1, shot.work.start - 1, -1))


def _painted_after(shot: OpenShot, frame: int) -> int | None:
    return _first_painted(shot, range(frame + 1, shot.work.last + 1))


def _first_painted(shot: OpenShot, frames: Iterable[int]) -> int | None:
    state_of = shot.document.frame_state
    return next((frame for frame in frames if state_of(frame) is not FrameState.EMPTY), None)
