"""The history beside a host's file: what was put in, and the bytes to put back."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from void_studio.core import BadInput, CheckFailed, FrameRange, format_rate
from void_studio.timeline.model import MediaVersion, Shot, Timeline
from void_studio.timeline.splice import Splice, common_prefix, spliced

__all__ = ["history", "revert_with"]

_SCHEMA = "void_studio.history/1"
_ANCHOR = 256
_MOST_SPLICES = 200_000


def history(
    timeline: Timeline, versions: Mapping[str, MediaVersion], output: Path, text: bytes
) -> bytes:
    """The JSON of `<timeline>.void.json`: enough to know what `text` holds and to undo it.

    `text` is what was written to `output`. `restore` lists `[start, stop, base64]`: the bytes of
    the input that stand in place of `text[start:stop]`.
    """
    content = {
        "schema": _SCHEMA,
        "input": {"path": str(timeline.path), "sha256": timeline.text_sha256},
        "output": {"path": str(output), "sha256": sha256(text).hexdigest()},
        "shots": [_entry(timeline.shot(key), version) for key, version in versions.items()],
        "restore": [
            [splice.start, splice.stop, b64encode(splice.text).decode()]
            for splice in _differences(text, timeline)
        ],
    }
    return json.dumps(content, indent=2, ensure_ascii=False).encode() + b"\n"


def _entry(shot: Shot, version: MediaVersion) -> dict[str, object]:
    return {
        "shot": shot.id,
        "name": shot.name,
        "track": shot.track.name,
        "record": _range(shot.record_range),
        "source": _range(shot.source_range),
        "plate": shot.media.url,
        "version": version.key,
        "media": str(version.path),
        "available": _range(version.available_range),
        "rate": format_rate(version.rate),
        "note": dict(version.note),
    }


def _range(frames: FrameRange) -> dict[str, int]:
    return {"start": frames.start, "duration": frames.duration}


def _differences(text: bytes, timeline: Timeline) -> list[Splice]:
    """How to come from `text` back to the input; in step again at the next clip that is alike."""
    before, after = memoryview(timeline.text), memoryview(text)
    anchors = sorted({place for shot in timeline.shots for place in shot.span})
    splices: list[Splice] = []
    old = new = 0
    while True:
        same = common_prefix(before[old:], after[new:])
        old, new = old + same, new + same
        if old == len(before) and new == len(after):
            return splices
        next_old, next_new = _in_step(timeline.text, text, anchors, old, new)
        gone, put = timeline.text[old:next_old], text[new:next_new]
        alike = common_prefix(memoryview(gone[::-1]), memoryview(put[::-1]))
        splices.append(Splice(new, next_new - alike, gone[: len(gone) - alike]))
        old, new = next_old, next_new


def _in_step(
    before: bytes, after: bytes, anchors: list[int], old: int, new: int
) -> tuple[int, int]:
    for anchor in anchors:
        if anchor > old:
            found = after.find(before[anchor : anchor + _ANCHOR], new)
            if found >= 0:
                return anchor, found
    return len(before), len(after)


def revert_with(text: bytes, sidecar: bytes) -> bytes:
    """The input of which `text` was made, by its sidecar.

    Raises BadInput for a sidecar that is none, CheckFailed when `text` is not the file that it
    was written for or does not come out as the recorded input.
    """
    written_for, original, splices = _parsed(sidecar)
    if sha256(text).hexdigest() != written_for:
        raise CheckFailed(
            "the timeline is not the file that this sidecar was written for",
            hint="take the original file, or remove the versions in the host",
        )
    try:
        result = spliced(text, splices)
    except ValueError:
        raise BadInput("the sidecar's places do not fit the timeline") from None
    if sha256(result).hexdigest() != original:
        raise CheckFailed("the sidecar does not give the original bytes back")
    return result


def _parsed(sidecar: bytes) -> tuple[str, str, list[Splice]]:
    try:
        content = json.loads(sidecar)
        if content["schema"] != _SCHEMA or len(content["restore"]) > _MOST_SPLICES:
            raise BadInput("not a history that this program wrote")
        splices = [
            Splice(int(start), int(stop), b64decode(data, validate=True))
            for start, stop, data in content["restore"]
        ]
        return str(content["output"]["sha256"]), str(content["input"]["sha256"]), splices
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BadInput("the sidecar is damaged", hint="take the original file") from None
