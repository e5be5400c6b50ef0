"""Certification from the files alone. Nothing here shares code with the composite."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from void_studio.core import BadInput, Cancelled, FrameRange, StudioError
from void_studio.media import probe_plate
from void_studio.versions.certificate import Certificate, DeliveryCheck
from void_studio.versions.conformity import ALL_TAGS, TAGS_OF_DELIVERIES, faults_of
from void_studio.versions.feed import Feed
from void_studio.versions.file_fact import FileFact, file_fact
from void_studio.versions.outside import OutsideTally
from void_studio.versions.recipe import Delivery, Recipe, read_recipe
from void_studio.versions.support_file import SUPPORT_TOUCHED

__all__ = ["certify"]

_MASTER, _SUPPORT = "master", "support"
_TAGS: Mapping[str, tuple[str, ...]] = {_MASTER: ALL_TAGS, _SUPPORT: ()}
OnProgress = Callable[[int, int], None]


def certify(
    version_folder: Path,
    plate: Path,
    *,
    on_progress: OnProgress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Certificate:
    """Compare a version's media with its plate, sample by sample, outside the support.

    What is wrong with the version is in the certificate. What is wrong with the plate, and a file
    of the version that is missing, raises BadInput or NotPresent. Raises Cancelled soon after
    `cancelled()` turns true. Each file is decoded by a thread of its own, two frames ahead.
    """
    recipe = read_recipe(version_folder)
    findings = _Findings(version_folder, recipe)
    findings.take_digests()
    with ExitStack() as stack:
        original = stack.enter_context(Feed(plate, rate=recipe.request.plate.rate))
        available = original.ref.available_range
        if not available.covers(findings.work_range):
            raise BadInput(
                f"has frames {available}, and the version is of {findings.work_range}",
                where=plate,
                hint="give the plate that the version was made of",
            )
        copies = findings.open_copies(stack, original)
        findings.check_lossy(original)
        if copies is not None:
            _start(original, copies, findings.work_range)
            findings.compare(original, copies, on_progress or _unheard, cancelled or _never)
    return findings.certificate()


def _start(original: Feed, copies: Mapping[str, Feed], work_range: FrameRange) -> None:
    skip = work_range.start - original.ref.available_range.start
    original.start(skip, work_range.duration)
    for copy in copies.values():
        copy.start(0, work_range.duration)


@dataclass(slots=True)
class _Findings:
    """What one run of `certify` has found so far."""

    folder: Path
    recipe: Recipe
    problems: list[str] = field(default_factory=list)
    digests: dict[str, str] = field(default_factory=dict)
    tallies: dict[str, OutsideTally] = field(default_factory=dict)
    frames: int = 0
    support_samples: int = 0

    @property
    def work_range(self) -> FrameRange:
        """The rendered frames, in the plate's numbering."""
        return self.recipe.request.work_range

    @property
    def compared(self) -> dict[str, FileFact]:
        """Files that hold the plate's samples, by the name that people are told."""
        exact = [copy for copy in self.recipe.deliveries if copy.bit_exact]
        return {_MASTER: self.recipe.master} | {_named(copy): copy.file for copy in exact}

    @property
    def lossy(self) -> dict[str, FileFact]:
        """Deliveries that are not bit-exact."""
        return {_named(copy): copy.file for copy in self.recipe.deliveries if not copy.bit_exact}

    def take_digests(self) -> None:
        """Digest every file of the version and compare with the recipe."""
        others = {_SUPPORT: self.recipe.support, "quadmask": self.recipe.quadmask}
        for name, fact in (self.compared | self.lossy | others).items():
            found = file_fact(self.folder / fact.name)
            self.digests[name] = found.digest
            if (found.digest, found.frames) != (fact.digest, fact.frames):
                self.problems.append(f"{name} {fact.name} is not the file that the recipe names")

    def open_copies(self, stack: ExitStack, original: Feed) -> dict[str, Feed] | None:
        """Feeds of the compared files and of the support; None when one can not be opened."""
        feeds: dict[str, Feed] = {}
        for name, fact in (self.compared | {_SUPPORT: self.recipe.support}).items():
            try:
                rate = self.recipe.request.plate.rate
                feeds[name] = stack.enter_context(Feed(self.folder / fact.name, rate=rate))
            except StudioError as error:
                self.problems.append(f"{name} can not be read: {error.what}")
                return None
            ref, tags = feeds[name].ref, _TAGS.get(name, TAGS_OF_DELIVERIES)
            self.problems += faults_of(name, ref, original.ref, self.work_range, tags=tags)
        return feeds

    def check_lossy(self, original: Feed) -> None:
        """Length, rate, size and timecode of the deliveries that are not compared."""
        for name, fact in self.lossy.items():
            try:
                ref = probe_plate(self.folder / fact.name)
            except StudioError as error:
                self.problems.append(f"{name} can not be read: {error.what}")
                continue
            self.problems += faults_of(name, ref, original.ref, self.work_range)

    def compare(
        self,
        original: Feed,
        copies: Mapping[str, Feed],
        on_progress: OnProgress,
        cancelled: Callable[[], bool],
    ) -> None:
        """Go through all files in step, up to the first frame that one of them lacks."""
        self.tallies = {name: OutsideTally() for name in self.compared}
        for number in self.work_range:
            if cancelled():
                raise Cancelled("the check was cancelled", where=self.folder)
            if not self._compare_frame(number, original, copies):
                return
            self.frames += 1
            on_progress(self.frames, self.work_range.duration)

    def _compare_frame(self, number: int, original: Feed, copies: Mapping[str, Feed]) -> bool:
        plate = original.frame()
        try:
            frames = {name: feed.frame() for name, feed in copies.items()}
        except StudioError as error:
            self.problems.append(f"frame {number} of the version is damaged: {error.line()}")
            return False
        support = frames[_SUPPORT]
        if plate is None or support is None:
            return False
        touched = np.equal(support.planes[0], SUPPORT_TOUCHED)
        self.support_samples += int(np.count_nonzero(touched))
        for name, tally in self.tallies.items():
            copy = frames[name]
            if copy is None or not tally.add(plate, copy, touched):
                self.problems.append(f"frame {number} of the {name} can not be compared")
                return False
        return True

    def certificate(self) -> Certificate:
        """All of it as a value."""
        master = self.tallies.get(_MASTER, OutsideTally())
        return Certificate(
            frames=self.frames,
            outside_samples_changed=master.outside,
            per_plane=tuple(sorted(master.per_plane.items())),
            greatest_difference_inside=master.greatest_inside,
            support_samples=self.support_samples,
            luma_samples=self.frames * self.recipe.request.plate.extent.rect.area,
            master_digest=self.digests[_MASTER],
            support_digest=self.digests[_SUPPORT],
            first_difference=master.first,
            deliveries=tuple(map(self._delivery, self.recipe.deliveries)),
            problems=tuple(self.problems),
        )

    def _delivery(self, copy: Delivery) -> DeliveryCheck:
        tally = self.tallies.get(_named(copy))
        return DeliveryCheck(
            copy.kind,
            copy.bit_exact,
            self.digests[_named(copy)],
            tally.outside if tally else None,
            tally.first if tally else None,
        )


def _named(copy: Delivery) -> str:
    return f"delivery {copy.kind}"


def _unheard(done: int, total: int) -> None:
    del done, total


def _never() -> bool:
    return False
