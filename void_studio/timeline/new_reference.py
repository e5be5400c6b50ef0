"""The media reference of a version, written after the model of the one it stands beside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from void_studio.core import FrameRange, Refused, UsageError, format_rate
from void_studio.timeline.json_style import Value
from void_studio.timeline.json_view import JsonObject
from void_studio.timeline.media_url import url_name
from void_studio.timeline.model import MediaVersion, Shot
from void_studio.timeline.references import OUR_KEY, active_reference
from void_studio.timeline.schema import Findings, schema_name
from void_studio.timeline.spelling import Spelling, in_order_of, spelling_of

__all__ = ["Fitted", "fitted", "is_external", "reference_name", "reference_value"]

_KEYS = ("OTIO_SCHEMA", "metadata", "name", "available_range", "available_image_bounds")
_BOUNDS = "available_image_bounds"


@dataclass(frozen=True, slots=True)
class Fitted:
    """A version checked against its shot.

    `available` is its range in the numbering that the timeline uses for the plate, `shift` what
    has to be added to come to the version's own numbering. `url` is spelt for the file.
    """

    shot: Shot
    version: MediaVersion
    clip: JsonObject
    sibling: JsonObject | None
    spelling: Spelling
    available: FrameRange
    shift: int
    url: str


def fitted(
    text: bytes, shot: Shot, version: MediaVersion, url: str, *, listed: bool = True
) -> Fitted:
    """Check that a version can stand in for the plate of `shot`.

    A shot that is not `listed` follows another use of its compound, seen or not. Raises Refused
    for a shot that is not rendered, another rate, or a version that lacks frames of the shot;
    UsageError for a key that is not `void_v` and digits.
    """
    if not OUR_KEY.fullmatch(version.key):
        raise UsageError(f"{version.key!r} is not a version key", hint="use void_v001 and so on")
    if listed and shot.refusal is not None:
        raise Refused(f"shot {shot.id} can not have a version: {shot.refusal}")
    if version.rate != shot.media.rate:
        raise Refused(
            f"version {version.name} runs at {format_rate(version.rate)} frames per second,"
            f" the media of shot {shot.id} at {format_rate(shot.media.rate)}"
        )
    clip = JsonObject.at(text, shot.span[0])
    shift = _shift(shot, version)
    available = version.available_range.shifted(-shift)
    _check_covers(shot, version, clip, available)
    sibling = active_reference(clip).reference
    ranges = [sibling.object("available_range") if sibling else None, clip.object("source_range")]
    return Fitted(shot, version, clip, sibling, spelling_of(ranges), available, shift, url)


def _shift(shot: Shot, version: MediaVersion) -> int:
    own = version.source_range
    if own is None:
        return 0
    if own.duration != shot.source_range.duration:
        raise Refused(f"version {version.name} was made for another length of shot {shot.id}")
    return own.start - shot.source_range.start


def _check_covers(
    shot: Shot, version: MediaVersion, clip: JsonObject, available: FrameRange
) -> None:
    if not available.covers(shot.source_range):
        raise Refused(
            f"version {version.name} has frames {available}, shot {shot.id} uses"
            f" {shot.source_range}",
            hint="render the shot again from this timeline",
        )
    whole = shot.media.available_range
    if clip.object("source_range") is None and available != whole:
        raise Refused(
            f"the clip of shot {shot.id} plays all of its media and version {version.name}"
            f" has frames {available} instead of {whole}",
            hint="render the shot with handles up to the ends of its media",
        )


def reference_name(fit: Fitted) -> str:
    """The version's file name where media is named by its file, as Resolve does, else its own."""
    old = fit.sibling.string("name") if fit.sibling is not None else None
    named_by_file = not old or old == url_name(fit.shot.media.url)
    return fit.version.path.name if named_by_file else fit.version.name


def is_external(reference: JsonObject | None) -> bool:
    """Whether this is a reference to one file."""
    return reference is not None and schema_name(reference, Findings()) == "ExternalReference"


def reference_value(
    fit: Fitted, available: FrameRange, metadata: Value, *, in_place: bool
) -> Mapping[str, Value]:
    """An ExternalReference for the version, keys in the order of its sibling.

    `in_place` tells that it stands at the sibling's depth, so that text may be taken over from it.
    """
    model = fit.sibling if is_external(fit.sibling) else None
    bounds = model.raw(_BOUNDS) if model is not None and in_place else None
    values: dict[str, Value] = {
        "OTIO_SCHEMA": (model.raw("OTIO_SCHEMA") if model else None) or b'"ExternalReference.1"',
        "metadata": metadata,
        "name": reference_name(fit),
        "available_range": fit.spelling.range(available, fit.version.rate),
        _BOUNDS: bounds,
        "target_url": fit.url,
    }
    if model is not None and model.member(_BOUNDS) is None:
        del values[_BOUNDS]
    order = in_order_of(model, (*_KEYS, "target_url"))
    return {key: values[key] for key in order if key in values}
