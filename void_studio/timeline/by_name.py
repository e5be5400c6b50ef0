"""Media that the timeline does not name at all, found by the name of the clip or of its reel."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from void_studio.timeline.json_view import JsonObject
from void_studio.timeline.model import MediaKind, Shot, Timeline

__all__ = ["found_by_name"]

_MOVIES = frozenset((".mov", ".mxf", ".mp4", ".m4v", ".mkv", ".avi", ".mpg", ".mts", ".webm"))
_MOST_FILES = 200_000
_EDL = "cmx_3600"
_SOURCE_FILE = "SOURCE FILE:"


def found_by_name(timeline: Timeline, media_root: Path | None, reason: str) -> tuple[Shot, ...]:
    """The shots; those without any media take the one movie under `media_root` of their name.

    The names are the clip's, the EDL's source file and its reel, as a file name or without its
    ending; the first that some file has decides. Where none or several have it the shot stays
    offline, and `reason` or the choice is its refusal. Without a `reason` nobody looks. The url
    stays empty, and so the id the same.
    """
    if not reason or not any(_is_unnamed(shot) for shot in timeline.shots):
        return timeline.shots
    movies = _Movies(media_root)
    return tuple(
        _found(timeline, shot, movies, reason) if _is_unnamed(shot) else shot
        for shot in timeline.shots
    )


def _is_unnamed(shot: Shot) -> bool:
    return shot.media.kind is MediaKind.MISSING and not shot.media.url


class _Movies:
    """The movies below a folder, by file name and by name without ending."""

    def __init__(self, folder: Path | None) -> None:
        self.too_many = ""
        self._by_name: dict[str, list[Path]] = {}
        for number, path in enumerate(_files(folder) if folder is not None else ()):
            if number >= _MOST_FILES:
                self.too_many = f"there are more than {_MOST_FILES} files in {folder}"
                return
            if path.suffix.lower() in _MOVIES:
                for name in {path.name.lower(), path.stem.lower()}:
                    self._by_name.setdefault(name, []).append(path)

    def named(self, name: str) -> list[Path]:
        return self._by_name.get(name.lower(), [])


def _files(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders.sort()
        yield from (Path(parent, name) for name in sorted(names))


def _found(timeline: Timeline, shot: Shot, movies: _Movies, reason: str) -> Shot:
    if movies.too_many:
        return _refused(shot, f"{movies.too_many}: name a narrower --media-root")
    for name in _names(JsonObject.at(timeline.text, shot.span[0]), shot):
        found = movies.named(name)
        if len(found) == 1:
            media = replace(shot.media, kind=MediaKind.MOVIE, path=found[0], offline=False)
            return replace(shot, media=media)
        if found:
            several = f"{len(found)} movies are named {name}, such as {found[0]} and {found[1]}"
            return _refused(shot, f"{several}: name a narrower --media-root")
    return _refused(shot, reason)


def _refused(shot: Shot, reason: str) -> Shot:
    return replace(shot, refusal=shot.refusal or reason)


def _names(clip: JsonObject, shot: Shot) -> Iterator[str]:
    if shot.name:
        yield shot.name
    metadata = clip.object("metadata")
    edl = metadata.object(_EDL) if metadata is not None and metadata.member(_EDL) else None
    if edl is None:
        return
    yield from _source_files(edl)
    reel = edl.string("reel")
    if reel:
        yield reel


def _source_files(edl: JsonObject) -> Iterator[str]:
    """What the unread comments of an event say of its file, as Avid writes it."""
    comments = json.loads(edl.raw("comments") or b"[]")
    for comment in comments if isinstance(comments, list) else ():
        if isinstance(comment, str) and comment.startswith(_SOURCE_FILE):
            yield comment.removeprefix(_SOURCE_FILE).strip()
