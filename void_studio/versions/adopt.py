"""A take's files under the names of a version that is being made of it."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from void_studio.versions.file_fact import FileFact, files_of
from void_studio.versions.naming import file_stem
from void_studio.versions.publish import StagedVersion
from void_studio.versions.recipe import Recipe
from void_studio.versions.version import Version

__all__ = ["adopt_files"]


def adopt_files(take: Version, staged: StagedVersion) -> Recipe:
    """Put master, support and quadmask of a take into a staged version; its recipe so far.

    The files are linked where the disk allows it, so they take no room twice, and copied elsewhere.
    """
    recipe = take.recipe
    return replace(
        recipe,
        request=staged.request,
        master=_adopted(take, recipe.master, "master", staged),
        support=_adopted(take, recipe.support, "support", staged),
        quadmask=_adopted(take, recipe.quadmask, "quadmask", staged),
    )


def _adopted(take: Version, fact: FileFact, product: str, staged: StagedVersion) -> FileFact:
    """The file, or the files of a sequence, under the version's own name."""
    suffix = fact.name[len(file_stem(take.recipe.request, product, take.number)) :]
    adopted = replace(fact, name=staged.stem(product) + suffix)
    pairs = zip(files_of(take.folder, fact), files_of(staged.folder, adopted), strict=True)
    for source, target in pairs:
        _link(source, target)
    return adopted


def _link(source: Path, target: Path) -> None:
    """A second name for bytes that nobody writes again; a copy where the disk has no links."""
    with suppress(OSError):
        os.link(source, target)
        return
    shutil.copyfile(source, target)
