"""Versions into a timeline, and out of it again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from void_studio.core import BadInput, Refused, UsageError, digest_bytes, read_limited, write_whole
from void_studio.timeline import (
    MediaVersion,
    Placement,
    Profile,
    Timeline,
    check_unchanged,
    conform,
    converted_from,
    for_every_use,
    history,
    read_timeline,
    revert,
    revert_with,
    standalone,
)
from void_studio.versions import RenderRequest, Version, read_version

__all__ = [
    "ConformOutcome",
    "ConformPlan",
    "conform_files",
    "media_version",
    "plan_conform",
    "revert_file",
    "sidecar_of",
]

_LIMIT_BYTES = 1 << 29


@dataclass(frozen=True, slots=True)
class ConformOutcome:
    """A written timeline: how many bytes differ, and what the profile can not carry.

    `converted` tells that it is a new file, made of another format; the bytes are then those that
    the versions took.
    """

    out: Path
    sidecar: Path
    versions: tuple[str, ...]
    bytes_changed: int
    losses: tuple[str, ...]
    converted: bool

    def summary(self, source: Path) -> str:
        """One line for people."""
        if self.converted:
            return f"{self.out}: a new timeline, converted from {source}, not spliced"
        return f"{self.out}: {self.bytes_changed} bytes differ from {source}"

    def facts(self) -> dict[str, Any]:
        """What `conform` prints."""
        return {
            "out": str(self.out),
            "sidecar": str(self.sidecar),
            "versions": list(self.versions),
            "bytes_changed": self.bytes_changed,
            "losses": list(self.losses),
        }


def sidecar_of(path: Path) -> Path:
    """The history beside a timeline that we wrote: `cut.otio` has `cut.void.json`."""
    return path.with_suffix(".void.json")


def conform_files(
    path: Path,
    folders: Sequence[Path],
    out: Path,
    *,
    profile: Profile,
    placement: Placement,
    media_root: Path | None = None,
    rate: Fraction | None = None,
    only: Sequence[str] = (),
) -> ConformOutcome:
    """Write `out`: the timeline with each version in the place of its shot, and its sidecar.

    A bundle or another format than OTIO gives a new .otio file. Raises UsageError when `out` is
    the timeline itself or no .otio, or two versions are of one shot. A shot in a compound clip is
    changed wherever the compound is used, unless `only` names the uses.
    """
    plan = plan_conform(
        path,
        folders,
        out,
        profile=profile,
        placement=placement,
        media_root=media_root,
        rate=rate,
        only=only,
    )
    plan.write()
    return plan.outcome


@dataclass(frozen=True, slots=True, eq=False)
class ConformPlan:
    """A timeline that is ready to be written, and what will be told of it."""

    timeline: Timeline
    text: bytes
    history: bytes
    outcome: ConformOutcome

    def write(self) -> None:
        """Write the timeline and its sidecar; Refused when the person's changed in between."""
        check_unchanged(self.timeline)
        write_whole(self.outcome.out, self.text)
        write_whole(self.outcome.sidecar, self.history)


def plan_conform(
    path: Path,
    folders: Sequence[Path],
    out: Path,
    *,
    profile: Profile,
    placement: Placement,
    media_root: Path | None = None,
    rate: Fraction | None = None,
    only: Sequence[str] = (),
) -> ConformPlan:
    """What `conform_files` would write. Raises as it does; writes nothing."""
    if out.resolve().is_relative_to(path.resolve()):
        raise UsageError(
            "this would overwrite your timeline", where=out, hint="choose another --out"
        )
    timeline = read_timeline(path, media_root=media_root, rate=rate)
    cut, ids = standalone(timeline, media_root)
    if cut is not timeline and out.suffix.lower() != ".otio":
        raise UsageError(
            f"of {path.name} a new OTIO timeline is made", where=out, hint="let --out end in .otio"
        )
    versions = _by_shot([read_version(folder) for folder in folders])
    media = {shot: media_version(timeline, version, profile) for shot, version in versions.items()}
    placed = {ids[shot]: one for shot, one in for_every_use(timeline, media, only).items()}
    conformed = conform(
        cut,
        {ids[shot]: one for shot, one in media.items()},
        profile=profile,
        placement=placement,
        only=[ids[shot] for shot in only],
    )
    lost = _sequence_losses(versions, profile)
    outcome = ConformOutcome(
        out,
        sidecar_of(out),
        tuple(str(version.folder) for version in versions.values()),
        conformed.bytes_changed,
        (*_conversion_losses(timeline), *lost, *conformed.losses),
        converted=timeline.converted,
    )
    return ConformPlan(timeline, conformed.text, history(cut, placed, out, conformed.text), outcome)


def _conversion_losses(timeline: Timeline) -> tuple[str, ...]:
    if not timeline.converted:
        return ()
    loss = (
        f"converted, not spliced: what OTIO's adapter does not read of {timeline.path.name}"
        " (effects, grades, titles, levels, transitions of FCPXML) is not in the new timeline"
    )
    return (loss,)


def _sequence_losses(versions: Mapping[str, Version], profile: Profile) -> tuple[str, ...]:
    if profile is not Profile.CANONICAL:
        return ()
    return tuple(
        f"{shot}: the master is an image sequence; the timeline refers to the delivery instead"
        for shot, version in versions.items()
        if version.recipe.master.frames is not None
    )


def _by_shot(versions: Sequence[Version]) -> dict[str, Version]:
    found: dict[str, Version] = {}
    for version in versions:
        shot = version.recipe.request.shot.id
        if shot in found:
            raise UsageError(
                f"two versions of shot {shot}: {found[shot].folder} and {version.folder}",
                hint="name the one that shall be in the cut",
            )
        found[shot] = version
    return found


def media_version(timeline: Timeline, version: Version, profile: Profile) -> MediaVersion:
    """What the cut has to know of a version.

    The canonical timeline refers to the master, a host's to the delivery (DESIGN a); in the place
    of a master that is an image sequence the canonical one has the delivery too. A canonical
    range is in the timeline's own numbering of the media, so that the clip's source range stays; a
    host's is in the numbering of the delivery's timecode, which hosts go by.
    """
    request = version.recipe.request
    shot = timeline.shot(request.shot.id)
    canonical = profile is Profile.CANONICAL
    of_files = version.recipe.master.frames is not None
    offset = _delivered_offset(request)
    if canonical:
        offset = shot.source_range.start - request.source_range.start
    path = version.master if canonical and not of_files else _delivery(version)
    return MediaVersion(
        key=f"void_v{version.number:03d}",
        name=path.name,
        path=path.resolve(),
        available_range=request.work_range.shifted(offset),
        rate=request.plate.rate,
        source_range=request.source_range.shifted(offset),
        start_timecode=request.plate.timecode_at(request.work_range.start),
        note={"version": version.folder.name, "recipe": digest_bytes(version.recipe.encode())},
    )


def _delivered_offset(request: RenderRequest) -> int:
    """Add to a plate frame to get its number in a delivery: files are not numbered by timecode."""
    if not request.plate.is_sequence:
        return 0
    timecode = request.plate.timecode_at(request.work_range.start)
    return (timecode.frames if timecode else 0) - request.work_range.start


def _delivery(version: Version) -> Path:
    if not version.deliveries:
        raise Refused(
            "the version has no delivery, and hosts do not read masters",
            where=version.folder,
            hint="render the shot again",
        )
    return next(iter(version.deliveries.values()))


def _reverted_by_history(path: Path, text: bytes) -> bytes:
    """The original of a host's timeline, whose changes only the sidecar knows."""
    sidecar = sidecar_of(path)
    if not sidecar.exists():
        raise BadInput(
            "there is no version of ours in it, and no history beside it",
            where=path,
            hint=f"put {sidecar.name} beside it",
        )
    return revert_with(text, read_limited(sidecar, _LIMIT_BYTES))


def revert_file(path: Path, out: Path) -> dict[str, Any]:
    """Write the timeline as it was before our versions, byte for byte."""
    if out.resolve() == path.resolve():
        raise UsageError(
            "this would overwrite the timeline", where=out, hint="choose another --out"
        )
    text = read_limited(path, _LIMIT_BYTES)
    original = revert(text, where=path)
    if original == text:
        original = _reverted_by_history(path, text)
    source = converted_from(original)
    write_whole(out, original)
    note = f"the cut as it was converted from {source}, without versions" if source else None
    return {
        "out": str(out),
        "sha256": hashlib.sha256(original).hexdigest(),
        "bytes_changed": abs(len(text) - len(original)),
        "note": note,
    }
