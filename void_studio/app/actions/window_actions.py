"""Commands of the menus Window and Help."""

from __future__ import annotations

from void_studio.app.actions.model import Action

__all__ = ["WINDOW_ACTIONS"]

WINDOW_ACTIONS = (
    Action(
        "workspace.paint",
        "Paint workspace",
        "Layers and timeline",
        ("Window",),
        keys=("Ctrl+1",),
        icon="paint-brush",
        checkable=True,
    ),
    Action(
        "workspace.compare",
        "Compare workspace",
        "Versions beside the viewer",
        ("Window",),
        keys=("Ctrl+2",),
        icon="columns",
        checkable=True,
    ),
    Action(
        "workspace.render",
        "Render workspace",
        "Shot settings and queue",
        ("Window",),
        keys=("Ctrl+3",),
        icon="cpu",
        checkable=True,
    ),
    Action(
        "window.reset_layout",
        "Reset layout",
        "Put the panels of this workspace back",
        ("Window",),
        group=1,
        icon="arrow-counter-clockwise",
    ),
    Action(
        "window.focus_next",
        "Next part of the window",
        "Menu, options, tools, viewer, strip, docks, status",
        ("Window",),
        group=1,
        keys=("F6",),
        icon="arrow-line-down",
    ),
    Action(
        "window.focus_previous",
        "Previous part of the window",
        "The same, backwards",
        ("Window",),
        group=1,
        keys=("Shift+F6",),
        icon="arrow-line-up",
    ),
    Action(
        "panel.layers",
        "Layers",
        "Show or hide the panel Layers",
        (
            "Window",
            "Panels",
        ),
        icon="stack",
        checkable=True,
    ),
    Action(
        "panel.history",
        "History",
        "Show or hide the panel History",
        (
            "Window",
            "Panels",
        ),
        icon="clock-counter-clockwise",
        checkable=True,
    ),
    Action(
        "panel.shot",
        "Shot",
        "Show or hide the panel Shot",
        (
            "Window",
            "Panels",
        ),
        icon="sliders",
        checkable=True,
    ),
    Action(
        "panel.versions",
        "Versions",
        "Show or hide the panel Versions",
        (
            "Window",
            "Panels",
        ),
        icon="package",
        checkable=True,
    ),
    Action(
        "panel.model_view",
        "Model view",
        "Show or hide the panel Model view",
        (
            "Window",
            "Panels",
        ),
        icon="cpu",
        checkable=True,
    ),
    Action(
        "panel.certificate",
        "Certificate",
        "Show or hide the panel Certificate",
        (
            "Window",
            "Panels",
        ),
        icon="shield-check",
        checkable=True,
    ),
    Action(
        "panel.timeline",
        "Timeline",
        "Show or hide the panel Timeline",
        (
            "Window",
            "Panels",
        ),
        icon="film-strip",
        checkable=True,
    ),
    Action(
        "panel.queue",
        "Queue",
        "Show or hide the panel Queue",
        (
            "Window",
            "Panels",
        ),
        icon="queue",
        checkable=True,
    ),
    Action(
        "panel.log",
        "Log",
        "Show or hide the panel Log",
        (
            "Window",
            "Panels",
        ),
        icon="list",
        checkable=True,
    ),
    Action(
        "help.shortcuts",
        "Shortcuts",
        "Every key, and what it does",
        ("Help",),
        keys=("?",),
        icon="keyboard",
    ),
    Action(
        "help.copy_report",
        "Copy report for support",
        "Version, system and what doctor found, to the clipboard",
        ("Help",),
        group=1,
        icon="copy",
    ),
    Action(
        "help.about",
        "About VOID Studio",
        "Version, licences, what it does not do",
        ("Help",),
        group=2,
        icon="info",
    ),
)
