"""Published versions: immutable folders, read strictly."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from void_studio.core import BadInput
from void_studio.versions.certificate import Certificate, read_certificate
from void_studio.versions.file_fact import check_present
from void_studio.versions.recipe import Recipe, read_recipe

__all__ = ["Version", "list_versions", "number_of", "read_version"]

_NAME = re.compile(r"v(\d{3,6})")


@dataclass(frozen=True, slots=True)
class Version:
    """A version and where its files are; all of them lie directly in `folder`."""

    number: int
    folder: Path
    recipe: Recipe
    certificate: Certificate

    @property
    def master(self) -> Path:
        """The lossless movie, or the pattern of the sequence, in the plate's own samples."""
        return self.folder / self.recipe.master.name

    @property
    def quadmask(self) -> Path:
        """The quadmask over the work range."""
        return self.folder / self.recipe.quadmask.name

    @property
    def support(self) -> Path:
        """The samples that were allowed to change, as a movie."""
        return self.folder / self.recipe.support.name

    @property
    def deliveries(self) -> Mapping[str, Path]:
        """Copies for hosts, by kind."""
        return {copy.kind: self.folder / copy.file.name for copy in self.recipe.deliveries}


def read_version(folder: Path) -> Version:
    """The version in a published folder.

    Every file that its recipe names must lie in the folder itself, be a regular file and have the
    stated size; `certify` checks the contents. Raises NotPresent or BadInput.
    """
    number = number_of(folder.name)
    if number is None:
        raise BadInput("a version's folder is called v001, v002 and so on", where=folder)
    recipe = read_recipe(folder)
    for fact in recipe.files:
        check_present(folder, fact)
    return Version(number, folder, recipe, read_certificate(folder))


def list_versions(root: Path, slug: str) -> tuple[Version, ...]:
    """The published versions of a shot folder, by number; none when there is no such folder."""
    folder = root / slug
    if not folder.is_dir():
        return ()
    found = (path for path in folder.iterdir() if number_of(path.name) is not None)
    return tuple(sorted(map(read_version, found), key=lambda version: version.number))


def number_of(name: str) -> int | None:
    """The number in a version folder's name; None for other names."""
    match = _NAME.fullmatch(name)
    return int(match[1]) if match else None
