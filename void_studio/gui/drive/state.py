"""What the window shows, as values that a script can wait for."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from PySide6.QtWidgets import QApplication

from void_studio.app.session import FrameServer, OpenShot, Session, ViewState
from void_studio.app.session.desk import RenderDesk
from void_studio.app.session.queue import QueueRow
from void_studio.app.session.takes import ResultRow
from void_studio.gui.window import MainWindow
from void_studio.quadmask import FrameState, MatteLayer

__all__ = ["matches", "state_of", "value_at"]

_VIEW = (
    "frame",
    "in_frame",
    "out_frame",
    "role",
    "tool",
    "brush_px",
    "shown",
    "overlay_visible",
    "opacity",
    "onion",
    "playing",
    "compare",
    "compare_with",
    "stroke_lives",
)


def state_of(window: MainWindow) -> dict[str, Any]:
    """The state as JSON values."""
    session = window.session
    focus, modal = QApplication.focusWidget(), QApplication.activeModalWidget()
    message = window.bar.message
    return {
        "at_start": window.is_at_start,
        "title": window.windowTitle(),
        "size": [window.width(), window.height()],
        "workspace": window.workspace.value,
        "panels": list(window.docks.shown()),
        "focus": focus.objectName() if focus else "",
        "dialog": modal.objectName() if modal else "",
        "message": {
            "level": message.level.value,
            "what": message.what,
            "where": message.where,
            "hint": message.hint,
        },
        "is_looked_at": window.start.computer.is_known,
        "tasks": [view.name for view in session.tasks.running()],
        "read_only": session.read_only,
        "pending_edits": session.save_state.pending,
        "view": _view(session.view),
        "viewer": _viewer(window),
        **_cut(session),
        "shot": _shot(session.shot, session.view.frame) if session.shot else None,
        **_desk(window.parts.desk),
    }


def value_at(state: Any, path: str) -> Any:
    """The value at a dotted path (`layers.0.name`); `count` of a list is its length.

    Raises LookupError when there is none.
    """
    value = state
    for part in path.split("."):
        if isinstance(value, list):
            value = len(value) if part == "count" else value[int(part)]
        elif isinstance(value, Mapping):
            value = value[part]
        else:
            raise LookupError(path)
    return value


def matches(state: Any, wanted: Mapping[str, Any]) -> str:
    """What does not hold yet of `wanted`, as words; empty when all of it holds."""
    for path, expected in wanted.items():
        try:
            found = value_at(state, path)
        except (LookupError, ValueError):
            return f"{path} is not there"
        if not _agrees(found, expected):
            return f"{path} is {found!r}, not {expected!r}"
    return ""


def _agrees(found: Any, expected: Any) -> bool:
    if isinstance(expected, Mapping):
        return all(_passes(found, name, value) for name, value in expected.items())
    return bool(found == expected)


def _passes(found: Any, test: str, value: Any) -> bool:
    match test:
        case "at_least":
            return isinstance(found, int | float) and bool(found >= value)
        case "at_most":
            return isinstance(found, int | float) and bool(found <= value)
        case "not":
            return bool(found != value)
        case "contains":
            return isinstance(found, str | list) and value in found
    return False


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value


def _view(view: ViewState) -> dict[str, Any]:
    return {name: _plain(getattr(view, name)) for name in _VIEW}


def _viewer(window: MainWindow) -> dict[str, Any]:
    canvas = window.parts.viewer.canvas
    viewing, frame = window.parts.viewer.viewing, window.session.view.frame
    other = viewing.other
    return {
        "shown_frame": canvas.shown_frame,
        "zoom": round(canvas.placement.zoom, 4),
        "fits": canvas.fits,
        "exact": _is_exact(viewing.frames, frame),
        "other": viewing.other_side.label if viewing.other_side else None,
        "other_there": other is not None and other.picture(frame) is not None,
    }


def _is_exact(frames: FrameServer | None, frame: int) -> bool:
    picture = frames.picture(frame) if frames is not None else None
    return picture is not None and picture.exact


def _cut(session: Session) -> dict[str, Any]:
    cut = session.cut
    shots = [
        {
            "id": row.id,
            "name": row.name,
            "versions": list(row.versions),
            "active": row.active,
            "stale": row.stale,
            "offline": row.offline,
            "refused": row.refused,
            "has_quadmask": row.has_quadmask,
        }
        for row in session.shots
    ]
    project = session.project_path
    return {
        "cut": {"name": cut.name, "path": str(cut.path)} if cut else None,
        "project": str(project) if project else None,
        "shots": shots,
    }


def _shot(shot: OpenShot, frame: int) -> dict[str, Any]:
    document = shot.document
    proposals = [{"id": p.id, "name": p.name, "role": p.role.value} for p in shot.proposals]
    return {
        "id": shot.row.id,
        "name": shot.row.name,
        "source": [shot.source.start, shot.source.last],
        "work": [shot.work.start, shot.work.last],
        "engine": shot.settings.engine,
        "prompt": shot.settings.prompt,
        "handles": shot.settings.handles,
        "revision": document.revision,
        "can_undo": document.can_undo,
        "can_redo": document.can_redo,
        "layers": [_layer(layer, frame) for layer in document.layers],
        "painted_frames": sum(
            document.frame_state(number) is not FrameState.EMPTY for number in shot.work
        ),
        "proposals": proposals,
    }


def _layer(layer: MatteLayer, frame: int) -> dict[str, Any]:
    return {
        "id": layer.id,
        "name": layer.name,
        "role": layer.role.value,
        "visible": layer.visible,
        "feather": layer.feather,
        "painted": sorted(frame for frame in layer.rasters),
        "locked": sorted(layer.locked),
        "samples_here": int(layer.matte(frame).sum()),
    }


def _desk(desk: RenderDesk) -> dict[str, Any]:
    queue, shelf = desk.queue, desk.shelf
    return {
        "queue": [_queued(row) for row in queue.rows] if queue else [],
        "takes": [_result(row) for row in shelf.takes] if shelf else [],
        "versions": [_result(row) for row in shelf.versions] if shelf else [],
    }


def _queued(row: QueueRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "shot": row.shot_name,
        "engine": row.engine,
        "state": row.state.value,
        "stage": row.stage,
        "done": row.done,
        "total": row.total,
        "take": row.take,
        "text": row.text,
    }


def _result(row: ResultRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "engine": row.engine,
        "stale": row.stale,
        "active": row.active,
        "note": row.mark.note,
        "folder": str(row.version.folder),
    }
