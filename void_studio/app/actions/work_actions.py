"""Commands of the menus Render and Versions."""

from __future__ import annotations

from void_studio.app.actions.model import Action, Condition

__all__ = ["WORK_ACTIONS"]

WORK_ACTIONS = (
    Action(
        "render.take",
        "Render take",
        "Render the work range with the chosen engine",
        ("Render",),
        keys=(
            "Ctrl+Return",
            "Ctrl+Enter",
        ),
        icon="play-fill",
        enabled_when=Condition.SHOT,
    ),
    Action(
        "render.draft",
        "Render a draft",
        "Render with the draft engine, without a model",
        ("Render",),
        keys=("Ctrl+Shift+Return",),
        icon="lightning",
        enabled_when=Condition.SHOT,
    ),
    Action(
        "render.in_out",
        "Render in to out only",
        "Try the frames from in to out",
        ("Render",),
        keys=("Ctrl+Alt+Return",),
        icon="brackets-square",
        enabled_when=Condition.SHOT,
    ),
    Action(
        "render.cancel",
        "Stop the job",
        "Stop the chosen job after its step; again: at once",
        ("Render",),
        group=1,
        icon="stop",
        enabled_when=Condition.CUT,
    ),
    Action(
        "versions.publish",
        "Publish take...",
        "Make the chosen take the next version",
        ("Versions",),
        keys=("Ctrl+P",),
        icon="package",
        enabled_when=Condition.SHOT,
    ),
    Action(
        "versions.reject",
        "Reject or keep take",
        "Fold the chosen take away, or take it back",
        ("Versions",),
        group=1,
        icon="archive",
        enabled_when=Condition.SHOT,
    ),
    Action(
        "versions.set_active",
        "Set active in the cut",
        "Use the chosen version when the timeline is written",
        ("Versions",),
        group=1,
        icon="check-circle",
        enabled_when=Condition.VERSIONS,
    ),
    Action(
        "versions.conform",
        "Write timeline...",
        "Put versions into a copy of the cut, for a host",
        ("Versions",),
        group=2,
        keys=("Ctrl+Shift+E",),
        icon="git-branch",
        enabled_when=Condition.CUT,
    ),
)
