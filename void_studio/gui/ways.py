"""The ways in that the start page offers, made from actions."""

from __future__ import annotations

from void_studio.app.actions import action
from void_studio.gui.actions import ActionSet
from void_studio.gui.start.cards import Way

__all__ = ["ways_in"]

_WAYS = (
    ("file.open_timeline", "Open a timeline", "From Resolve, Premiere, Avid: otio, edl, xml, aaf"),
    ("file.open_movie", "Open a movie or image sequence", "One plate, no cut"),
    ("file.open_folder", "Import a VOID folder", "input_video.mp4, quadmask_0.mp4, prompt.json"),
    ("file.open_demo", "Try the demo", "A shot with a known answer: no GPU, no network"),
)


def ways_in(actions: ActionSet) -> tuple[Way, ...]:
    """One card for each way; its key is that of its action."""
    return tuple(
        Way(
            f"start.{action_id.removeprefix('file.')}",
            action(action_id).icon,
            title,
            line,
            actions.key_text(action_id),
            actions[action_id].trigger,
        )
        for action_id, title, line in _WAYS
    )
