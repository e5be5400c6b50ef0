"""Whether an action can be used now, and if not, why."""

from __future__ import annotations

from void_studio.app.actions.model import Condition
from void_studio.app.session import Compare, Session, Shown

__all__ = ["why_not"]


def why_not(condition: Condition | None, session: Session, *, results: int = 0) -> str:
    """The reason for which an action can not be used now; empty when it can be.

    `results` counts the takes and versions of the open shot.
    """
    if condition is None:
        return ""
    if session.cut is None:
        return "Open a timeline or a movie first."
    if condition is Condition.CUT:
        return ""
    if session.shot is None:
        return "Choose a shot in the timeline first."
    if condition is Condition.RESULTS:
        return "" if results else "Nothing to compare with yet. Render a take first."
    return _within_shot(condition, session)


def _within_shot(condition: Condition, session: Session) -> str:
    shot = session.shot
    if shot is None or condition is Condition.SHOT:
        return ""
    if condition is Condition.VERSIONS:
        return "" if shot.row.versions else "No version of this shot yet. Publish a take first."
    if session.read_only:
        return f"This project is open elsewhere ({session.read_only}): painting is off."
    if condition is Condition.UNDO:
        return "" if shot.document.can_undo else "Nothing to undo."
    if condition is Condition.REDO:
        return "" if shot.document.can_redo else "Nothing to redo."
    if session.view.shown is Shown.MODEL or session.view.compare is not Compare.NONE:
        return "Read only here. Press ` for the overlay."
    if condition is Condition.LAYER and not shot.document.layers:
        return "No layers. Paint with B, or click the object with the point prompt."
    return ""
