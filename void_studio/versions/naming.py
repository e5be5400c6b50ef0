"""Names of folders and files, safe on every system."""

from __future__ import annotations

import unicodedata

from void_studio.versions.request import RenderRequest, ShotFacts

__all__ = ["file_stem", "shot_slug", "slug", "version_name"]

_LONGEST_BYTES = 60
_ALLOWED = "-_"
_RESERVED = {"con", "prn", "aux", "nul"} | {
    f"{port}{digit}" for port in ("com", "lpt") for digit in "0123456789¹²³"
}


def slug(text: str) -> str:
    """`text` as a part of a file name: letters, marks, digits, `-` and `_` of any script.

    Everything else becomes one `_`, so that there is no path, drive, wildcard, dot, space, control
    or direction character; at most 60 bytes of UTF-8; never a reserved name of Windows.
    """
    composed = unicodedata.normalize("NFC", text)
    kept = "".join(sign if _is_kept(sign) else " " for sign in composed)
    name = "_".join(kept.split()).strip(_ALLOWED)
    name = name.encode()[:_LONGEST_BYTES].decode(errors="ignore").rstrip(_ALLOWED)
    if not name:
        return "untitled"
    return f"{name}_" if name.lower() in _RESERVED else name


def shot_slug(shot: ShotFacts) -> str:
    """The folder of a shot's versions; shots of one name share it, and its numbers."""
    return f"{slug(shot.sequence)}_{slug(shot.name)}"


def version_name(number: int) -> str:
    """`v001`."""
    return f"v{number:03d}"


def file_stem(request: RenderRequest, product: str, number: int) -> str:
    """`{sequence}_{shot}_{product}_v001`."""
    return f"{shot_slug(request.shot)}_{slug(product)}_{version_name(number)}"


def _is_kept(sign: str) -> bool:
    return sign in _ALLOWED or unicodedata.category(sign)[0] in "LMN"
