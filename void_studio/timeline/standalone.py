"""A converted or bundled cut as a timeline of its own, for a file that can lie anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from void_studio.timeline.json_style import quoted
from void_studio.timeline.json_text import decode_string
from void_studio.timeline.media_url import is_relative, media_path
from void_studio.timeline.model import Timeline
from void_studio.timeline.opening import is_bundle, relative_to
from void_studio.timeline.reader import timeline_of
from void_studio.timeline.splice import Splice, spliced

__all__ = ["standalone"]

_URL = re.compile(rb'"target_url(?:_base)?"\s*:\s*("(?:[^"\\]|\\.)*+")')


def standalone(timeline: Timeline, media_root: Path | None) -> tuple[Timeline, Mapping[str, str]]:
    """The timeline to put versions into, and its shot ids by those of `timeline`.

    An .otio file is itself. Of a bundle or another format it is the OTIO text, its media that are
    there by absolute path, because what is relative is relative to the bundle.
    """
    cut = timeline
    if timeline.converted or is_bundle(timeline.path):
        text = spliced(timeline.text, _absolute(timeline, media_root))
        cut = timeline_of(text, timeline.path, media_root=media_root)
    pairs = zip(timeline.shots, cut.shots, strict=True)
    return cut, {before.id: after.id for before, after in pairs}


def _absolute(timeline: Timeline, media_root: Path | None) -> Iterator[Splice]:
    base = relative_to(timeline.path)
    for found in _URL.finditer(timeline.text):
        url = decode_string(found[1])
        path = media_path(url, base=base, media_root=media_root) if is_relative(url) else None
        if path is not None and path.exists():
            yield Splice(found.start(1), found.end(1), quoted(str(path.resolve())))
