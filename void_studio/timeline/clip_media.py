"""What a clip's active media reference points at, as a MediaTarget."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache
from pathlib import Path

from void_studio.core import BadInput, FrameRange, NotPresent
from void_studio.media import SequencePattern, is_pattern, parse_pattern, sequence_frames
from void_studio.timeline.json_view import JsonObject
from void_studio.timeline.media_url import is_there, media_path, url_name
from void_studio.timeline.model import MediaKind, MediaTarget
from void_studio.timeline.references import active_reference
from void_studio.timeline.schema import Findings, schema_name
from void_studio.timeline.times import stretch

__all__ = ["MediaFinder"]

_STILL = re.compile(
    r".*\.(?:png|jpe?g|tiff?|exr|dpx|bmp|gif|webp|psd|tga|heic|svg|ai|pdf|jp2|cin|hdr)",
    re.IGNORECASE | re.DOTALL,
)
_RESOLVE = "Resolve_OTIO"
_WIDEST_PADDING = 32
_MOST_HASHES = 9


class MediaFinder:
    """Finds the media of clips; asks the disk once for each url."""

    def __init__(self, base: Path, media_root: Path | None, findings: Findings) -> None:
        self._base = base
        self._media_root = media_root
        self._findings = findings
        self._find = cache(self._found)

    def target(self, clip: JsonObject, clip_rate: Fraction) -> MediaTarget:
        """The target of the clip's plate reference."""
        active = active_reference(clip)
        self._findings.dangling += active.dangling
        reference = active.reference
        if reference is None:
            return MediaTarget(MediaKind.MISSING, "", None, None, clip_rate, offline=True)
        name = schema_name(reference, self._findings)
        url = _url(reference, name)
        available = stretch(reference, "available_range")
        rate = available.rate if available else clip_rate
        frames = available.frames(rate) if available else None
        kind = _kind(name, url, frames, clip)
        path, online = self._find(url)
        if path is not None and name == "ImageSequenceReference":
            path = _pattern_at(path, reference, frames)
        return MediaTarget(kind, url, path, frames, rate, offline=not online)

    def _found(self, url: str) -> tuple[Path | None, bool]:
        path = media_path(url, base=self._base, media_root=self._media_root)
        if path is not None and is_pattern(path):
            return path, _has_files(path)
        return path, path is not None and is_there(path)


def _url(reference: JsonObject, name: str) -> str:
    if name == "ImageSequenceReference":
        return _first_of_sequence(reference)
    url = reference.string("target_url")
    if url or name != "MissingReference":
        return url or ""
    metadata = reference.object("metadata")
    resolve = metadata.object(_RESOLVE) if metadata is not None else None
    return (resolve.string("Media Url") if resolve is not None else None) or ""


def _first_of_sequence(reference: JsonObject) -> str:
    base = reference.string("target_url_base") or ""
    if base and not base.endswith(("/", "\\")):
        base += "\\" if "\\" in base else "/"
    start = int(reference.number("start_frame") or 0)
    padding = min(max(0, int(reference.number("frame_zero_padding") or 0)), _WIDEST_PADDING)
    sign = "-" if start < 0 else ""
    prefix, suffix = reference.string("name_prefix") or "", reference.string("name_suffix") or ""
    return f"{base}{prefix}{sign}{abs(start):0{padding}d}{suffix}"


def _pattern_at(first: Path, reference: JsonObject, available: FrameRange | None) -> Path:
    """The sequence whose first file is at `first`: the files of the available range, or all.

    So its first file stands for the first available frame, however the media is numbered. What is
    no pattern of picture files stays the first file.
    """
    start = int(reference.number("start_frame") or 0)
    padding = min(max(1, int(reference.number("frame_zero_padding") or 0)), _MOST_HASHES)
    prefix, suffix = reference.string("name_prefix") or "", reference.string("name_suffix") or ""
    only = FrameRange(start, available.duration) if available and start >= 0 else None
    if first.name != f"{prefix}{start:0{padding}d}{suffix}":
        return first
    path = SequencePattern(first.parent, prefix, padding, suffix, only or None).path
    return path if is_pattern(path) else first


def _has_files(pattern: Path) -> bool:
    try:
        return bool(sequence_frames(parse_pattern(pattern)))
    except NotPresent:
        return False
    except BadInput:
        return True


def _kind(name: str, url: str, available: FrameRange | None, clip: JsonObject) -> MediaKind:
    if name == "ImageSequenceReference":
        return MediaKind.SEQUENCE
    if name == "GeneratorReference":
        return MediaKind.GENERATOR
    if not url:
        return MediaKind.GENERATOR if _is_title(name, clip) else MediaKind.MISSING
    if is_pattern(Path(url_name(url))):
        return MediaKind.SEQUENCE
    if _STILL.fullmatch(url_name(url)):
        return MediaKind.STILL
    if available is not None and available.duration == 1:
        return MediaKind.STILL
    return MediaKind.MOVIE


def _is_title(name: str, clip: JsonObject) -> bool:
    """Resolve writes titles and generators as clips without any trace of media."""
    metadata = clip.object("metadata")
    resolve = metadata is not None and metadata.member(_RESOLVE) is not None
    return name == "MissingReference" and resolve
