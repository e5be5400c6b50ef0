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
from void_studio.versions.version import Version

__all__ = ["adopt_files"]


def adopt_files(take: Version, staged: StagedVersion) -> dict[str, FileFact]:
    """Put master, support and quadmask of a take into a staged version; the facts by field name.

    The files are linked where the disk allows it, so they take no room twice, and copied elsewhere.
    """
    recipe = take.recipe
    products = {"master": recipe.master, "support": recipe.support, "quadmask": recipe.quadmask}
    return {product: _adopted(take, fact, product, staged) for product, fact in products.items()}


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
