"""Clips inside compound clips: the same clip wherever its compound is used again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from void_studio.core import FrameRange, UsageError, digest_json
from void_studio.timeline.composition import Placed
from void_studio.timeline.model import MediaVersion, Shot, Timeline
from void_studio.timeline.places import Compound

__all__ = ["for_every_use", "uses_of", "with_other_uses"]


def uses_of(placed: Sequence[Placed], content_ids: Sequence[str]) -> list[list[int]]:
    """Places in `placed` that are one clip of one compound; each group has two or more.

    Compounds are the same where the host gave them the same sequence id, else where name and
    contents are alike. `content_ids` tell of each item by name, media and source range.
    """
    compounds: dict[int, Compound] = {}
    inside: defaultdict[int, list[int]] = defaultdict(list)
    for number, item in enumerate(placed):
        for compound in item.compounds:
            compounds[compound.at] = compound
            inside[compound.at].append(number)
    same: defaultdict[str, list[int]] = defaultdict(list)
    for at, members in inside.items():
        contents = [content_ids[member] for member in members]
        same[_identity(compounds[at], contents)].append(at)
    groups: defaultdict[tuple[str, int, str], list[int]] = defaultdict(list)
    for identity, uses in same.items():
        for at in uses:
            for order, number in enumerate(inside[at]):
                if placed[number].compounds[-1].at == at:
                    groups[identity, order, content_ids[number]].append(number)
    return [sorted(group) for group in groups.values() if len(group) > 1]


def _identity(compound: Compound, contents: Sequence[str]) -> str:
    if compound.sequence_id:
        return compound.sequence_id
    return digest_json({"name": compound.name, "contents": list(contents)})


def with_other_uses(shots: Sequence[Shot], groups: Sequence[Sequence[int]]) -> Iterator[Shot]:
    """The shots, those of a group knowing each other.

    There is one clip in one compound to render, so that all of them have the range that covers
    what any use of it shows.
    """
    shared: dict[int, tuple[FrameRange, tuple[str, ...]]] = {}
    for group in groups:
        source = shots[group[0]].source_range
        for member in group:
            source = shots[member].source_range.union(source)
        common = (source, tuple(shots[member].id for member in group))
        shared |= dict.fromkeys(group, common)
    for number, shot in enumerate(shots):
        if number in shared:
            source, uses = shared[number]
            yield replace(shot, source_range=source, uses=uses)
        else:
            yield shot


def for_every_use(
    timeline: Timeline, versions: Mapping[str, MediaVersion], only: Collection[str] = ()
) -> dict[str, MediaVersion]:
    """`versions` by shot id, each also for the other uses of the compound that its shot is in.

    Of the shots in `only`, a version goes to no other use of them. Raises UsageError for an id in
    `only` that no version is for.
    """
    chosen: dict[str, MediaVersion] = {}
    for shot_id, version in versions.items():
        uses = (shot_id, *timeline.shot(shot_id).other_uses)
        named = [use for use in uses if use in only]
        for use in named or uses:
            if use == shot_id or use not in versions:
                chosen[use] = version
    strange = [shot_id for shot_id in only if shot_id not in chosen]
    if strange:
        raise UsageError(
            f"no version here is for shot {strange[0]}",
            where=timeline.path,
            hint="name a shot of one of the versions, or another use of its compound clip",
        )
    return chosen
