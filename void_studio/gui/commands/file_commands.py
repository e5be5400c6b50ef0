"""Opening, saving, bringing quadmasks in and out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from void_studio.gui.asking import ask_file, ask_folder, ask_new_file

if TYPE_CHECKING:
    from void_studio.gui.window import MainWindow

__all__ = ["checks", "handlers"]

_TIMELINES = "Timelines (*.otio *.otioz *.otiod *.edl *.xml *.fcpxml *.aaf);;All files (*)"
_MOVIES = "Movies and sequences (*.mov *.mp4 *.mkv *.mxf *.avi *.ts *.exr *.dpx *.tif *.tiff *.png)"
_QUADMASKS = "Quadmasks (*.mkv *.mp4 *.mov *.png *.tif);;All files (*)"
_LOSSLESS = "Lossless quadmask (*.mkv)"


def handlers(window: MainWindow) -> Mapping[str, Callable[[], object]]:
    """What each action does."""
    return {
        "file.open_timeline": partial(_open, window, "Open a timeline", _TIMELINES),
        "file.open_movie": partial(_open, window, "Open a movie or sequence", _MOVIES),
        "file.open_folder": partial(_open_folder, window),
        "file.open_demo": window.session.open_demo,
        "file.start": window.show_start,
        "file.close_cut": window.session.close_cut,
        "file.save": window.session.save,
        "file.relink_folder": partial(_relink_folder, window),
        "file.import_quadmask": partial(_import, window),
        "file.export_quadmask": partial(_export, window),
        "file.quit": window.close,
        "edit.undo": partial(_undo, window),
        "edit.redo": partial(_redo, window),
        "edit.preferences": window.dialogs.preferences,
    }


def checks(window: MainWindow) -> Mapping[str, Callable[[], bool]]:
    """None of them stays on."""
    return {}


def _open(window: MainWindow, title: str, kinds: str) -> None:
    path = ask_file(window, title, kinds)
    if path is not None:
        window.session.open(path)


def _open_folder(window: MainWindow) -> None:
    path = ask_folder(window, "Import a VOID folder")
    if path is not None:
        window.session.open(path)


def _relink_folder(window: MainWindow) -> None:
    path = ask_folder(window, "Folder of the media")
    if path is not None:
        window.session.relink_folder(path)


def _import(window: MainWindow) -> None:
    path = ask_file(window, "Import a quadmask", _QUADMASKS)
    if path is not None and window.session.shot is not None:
        window.session.shot.import_quadmask(path)


def _export(window: MainWindow) -> None:
    shot = window.session.shot
    if shot is None:
        return
    folder = shot.row.name.replace("/", "_")
    path = ask_new_file(window, "Export the quadmask", Path(f"{folder}_quadmask.mkv"), _LOSSLESS)
    if path is not None:
        shot.export_quadmask(path)


def _undo(window: MainWindow) -> None:
    if window.session.shot is not None:
        window.session.shot.painting.undo()


def _redo(window: MainWindow) -> None:
    if window.session.shot is not None:
        window.session.shot.painting.redo()
