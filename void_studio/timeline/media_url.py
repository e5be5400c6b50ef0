"""Where a `target_url` points on this machine, and how a new path is spelt like its neighbours.

OTIO's own `url_utils` loses drives, UNC hosts and everything after `#`, so it is not used: what
begins with `file:` is decoded, everything else is a path, taken letter by letter.
"""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePosixPath
from urllib.parse import quote, unquote

__all__ = ["is_relative", "is_there", "media_path", "respell", "url_name"]

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_FILE = re.compile(r"file:", re.IGNORECASE)
_LOCALHOST = re.compile(r"file://localhost/", re.IGNORECASE)
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
_WINDOWS = os.name == "nt"


def media_path(url: str, *, base: Path, media_root: Path | None = None) -> Path | None:
    """The file that `url` names: drives, UNC, file URLs, bare and relative paths.

    A relative path is relative to `base`, the timeline's folder. Where nothing is at the literal
    path, the longest trailing part of it (whole components) that exists under `media_root` is
    taken. None for the empty url, for http and the like, and for a path of another system that
    `media_root` does not resolve.
    """
    text = _path_text(url)
    if not text or "\0" in text:
        return None
    literal = None if _is_foreign(text) else base / text
    if literal is not None and (media_root is None or is_there(literal)):
        return literal
    return _under(media_root, text) or literal if media_root else literal


def is_there(path: Path) -> bool:
    """Whether a file is at `path`; a path that the system can not even ask about is not."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def url_name(url: str) -> str:
    """The last component of what `url` names, on whatever system it was written."""
    return re.split(r"[\\/]", _path_text(url).rstrip("\\/"))[-1]


def respell(path: Path, like: str, *, base: Path | None = None) -> str:
    """`path` (absolute) in the form that `like` has: a bare path or a file URL.

    Relative only where `like` is relative and `path` lies under `base`, the timeline's folder.
    """
    if _FILE.match(like):
        return _as_file_url(path, like)
    if like and base is not None and is_relative(like) and path.is_relative_to(base):
        text = path.relative_to(base).as_posix()
        return f"./{text}" if _SCHEME.match(text) or _DRIVE.match(text) else text
    return str(path)


def _as_file_url(path: Path, like: str) -> str:
    safe = "/" if "%3a" in like.lower() else "/:"
    text = quote(path.as_posix(), safe=safe)
    if text.startswith("//"):
        return f"file:{text}" if _WINDOWS else f"file://{text}"
    rooted = text if text.startswith("/") else f"/{text}"
    return f"file://localhost{rooted}" if _LOCALHOST.match(like) else f"file://{rooted}"


def _path_text(url: str) -> str:
    """The path in `url` as text of whatever system, empty when it is not a file."""
    if not _FILE.match(url):
        return "" if _SCHEME.match(url) and "://" in url[:40] else url
    text = unquote(url[len("file:") :], errors="replace")
    if text.startswith("//"):
        host, slash, rest = text[2:].partition("/")
        local = host.lower() in ("", "localhost")
        text = f"/{rest}" if local else f"\\\\{host}{slash}{rest}"
    return text[1:] if text.startswith("/") and _DRIVE.match(text, 1) else text


def _is_foreign(text: str) -> bool:
    """Whether `text` is an absolute path of a system that this one is not."""
    if _WINDOWS:
        return text.startswith("/") and not text.startswith("//")
    return text.startswith("\\\\") or bool(_DRIVE.match(text))


def is_relative(url: str) -> bool:
    """Whether `url` is a path that does not say where it begins."""
    text = _path_text(url)
    rooted = text.startswith(("/", "\\")) or bool(_DRIVE.match(text))
    return bool(text) and not rooted


def _under(media_root: Path, text: str) -> Path | None:
    separators = r"[\\/]" if _is_foreign(text) or "/" not in text else "/"
    parts = [part for part in re.split(separators, text) if part not in ("", ".")]
    for first in range(len(parts)):
        tail = PurePosixPath(*parts[first:])
        if ".." not in tail.parts and is_there(media_root / tail):
            return media_root / tail
    return None
