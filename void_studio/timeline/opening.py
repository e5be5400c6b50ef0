"""What a timeline file holds as OTIO text, whatever its form on disk."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from void_studio.core import BadInput, UsageError, read_limited
from void_studio.timeline.bundles import BUNDLES, PACKED, packed_text, plain_file
from void_studio.timeline.interchange import FINAL_CUT_BUNDLE, FORMATS, otio_of
from void_studio.timeline.json_text import LARGEST_BYTES
from void_studio.timeline.origin import CONVERTED, converted_from

__all__ = ["Opened", "bytes_on_disk", "is_bundle", "is_plain", "opened", "relative_to"]

_NO_CUTS = {
    ".ale": "an ALE lists clips, not a cut",
    ".drp": "a project of Resolve, not a timeline",
    ".drt": "a timeline in Resolve's own form, which only Resolve reads",
    ".prproj": "a project of Premiere, not a timeline",
}

_NO_MEDIA = (
    "the {} names no media for it: name a folder with --media-root, in which one movie has the"
    " name of the clip or of its reel"
)


@dataclass(frozen=True, slots=True)
class Opened:
    """OTIO text and where it is from; `sha256` is that of the bytes on disk that it was made of.

    `media_hint` is what to do where media is offline, empty for the usual advice. `unnamed` is what
    to say of a clip that names no media, empty where there is no looking for it by name.
    """

    text: bytes
    sha256: str
    converted: bool
    warnings: tuple[str, ...] = ()
    media_hint: str = ""
    unnamed: str = ""


def opened(path: Path, rate: Fraction | None) -> Opened:
    """Read `path`; `rate` is for an EDL, which does not say its own.

    Raises NotPresent, BadInput for what can not be read as its form says, UsageError for a rate
    where the file has its own.
    """
    suffix = path.suffix.lower()
    if suffix in _NO_CUTS:
        raise BadInput(_NO_CUTS[suffix], where=path, hint="export the cut as .otio")
    if rate is not None and suffix != ".edl":
        raise UsageError(
            "a rate is for an EDL; this timeline has its own", where=path, hint="leave --rate away"
        )
    data = bytes_on_disk(path)
    sha256 = hashlib.sha256(data).hexdigest()
    if suffix in FORMATS:
        conversion = otio_of(data, path, rate)
        return Opened(
            conversion.text,
            sha256,
            converted=True,
            warnings=conversion.warnings,
            unnamed=_NO_MEDIA.format(conversion.said),
        )
    was_converted = CONVERTED.encode() in data and converted_from(data) is not None
    unnamed = _NO_MEDIA.format("timeline") if was_converted else ""
    hint = ""
    if suffix == PACKED:
        folder = path.with_suffix(".otiod").name
        hint = f"its media are packed inside: unzip {path.name} -d {folder}, and take {folder}"
    return Opened(data, sha256, converted=False, media_hint=hint, unnamed=unnamed)


def bytes_on_disk(path: Path) -> bytes:
    """The file itself; of a bundle, the cut inside it, because its media may be terabytes."""
    suffix = path.suffix.lower()
    if suffix == PACKED:
        return packed_text(path)
    if suffix in BUNDLES or (suffix == FINAL_CUT_BUNDLE and path.is_dir()):
        return read_limited(plain_file(path), LARGEST_BYTES)
    return read_limited(path, LARGEST_BYTES)


def relative_to(path: Path) -> Path:
    """The folder that relative media of the timeline at `path` is relative to."""
    return path if is_bundle(path) else path.parent


def is_plain(path: Path) -> bool:
    """Whether versions are spliced into a copy of it, because it is OTIO text by itself."""
    return path.suffix.lower() not in FORMATS and not is_bundle(path)


def is_bundle(path: Path) -> bool:
    """Whether the cut lies inside it, beside its media."""
    return path.suffix.lower() in BUNDLES
