"""Publishing: a version is staged out of sight and appears whole, or not at all."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from void_studio.core import BadInput, CheckFailed, Owner, Refused, sync_folder, write_whole
from void_studio.versions.certificate import CERTIFICATE_NAME, Certificate
from void_studio.versions.file_fact import check_present
from void_studio.versions.naming import file_stem, shot_slug, version_name
from void_studio.versions.recipe import RECIPE_NAME, Recipe
from void_studio.versions.request import RenderRequest
from void_studio.versions.version import Version, number_of

__all__ = ["StagedVersion", "stage_version"]

_STAGED_SUFFIX = ".part"
_OWNER_NAME = ".owner"
_READ_ONLY = stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH


class StagedVersion:
    """A version in the making; its number is reserved. Made by `stage_version`."""

    def __init__(self, folder: Path, number: int, request: RenderRequest) -> None:
        self.folder = folder
        self.number = number
        self.request = request
        self.published = False

    def stem(self, product: str) -> str:
        """`{sequence}_{shot}_{product}_v001`: a file's name without its suffix."""
        return file_stem(self.request, product, self.number)

    def write_recipe(self, recipe: Recipe) -> None:
        """Put `recipe.json` in place, so that `certify` can be run over `folder`.

        Raises what `check_present` raises when a file that it names is not there as stated, and
        BadInput when it is the recipe of another request.
        """
        if recipe.request != self.request:
            raise BadInput("this is the recipe of another request", where=self.folder)
        for fact in recipe.files:
            check_present(self.folder, fact)
        write_whole(self.folder / RECIPE_NAME, recipe.encode())

    def publish(self, recipe: Recipe, certificate: Certificate) -> Version:
        """Write recipe and certificate, make everything last and read-only, and let it appear.

        Raises CheckFailed when the certificate is not ok or is not that of the recipe's files.
        """
        self._check(recipe, certificate)
        self.write_recipe(recipe)
        write_whole(self.folder / CERTIFICATE_NAME, certificate.encode())
        target = self.folder.with_name(version_name(self.number))
        try:
            (self.folder / _OWNER_NAME).unlink()
            _seal(self.folder)
            if target.exists():
                raise Refused("appeared while it was being made", where=target, hint="run again")
            self.folder.rename(target)
            self.published = True
        except OSError as error:
            raise _unwritable(target, error) from error
        sync_folder(target.parent)
        return Version(self.number, target, recipe, certificate)

    def _check(self, recipe: Recipe, certificate: Certificate) -> None:
        stated = (certificate.master_digest, certificate.support_digest)
        if stated != (recipe.master.digest, recipe.support.digest):
            raise CheckFailed("this is the certificate of another version", where=self.folder)
        if not certificate.ok:
            raise CheckFailed(
                certificate.summary, where=self.folder, hint="nothing was published: report this"
            )


@contextmanager
def stage_version(root: Path, request: RenderRequest) -> Iterator[StagedVersion]:
    """A folder to write the next version of the request's shot in.

    It is hidden and removed when the block ends without `publish`. Two at once get two numbers.
    Raises Refused when `root` can not be written.
    """
    folder = root / shot_slug(request.shot)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _clear_abandoned(folder)
        number, staged = _reserved(folder)
    except OSError as error:
        raise _unwritable(folder, error) from error
    version = StagedVersion(staged, number, request)
    try:
        yield version
    finally:
        if not version.published:
            shutil.rmtree(staged, ignore_errors=True)


def _reserved(folder: Path) -> tuple[int, Path]:
    """The lowest number above all published ones, and its hidden folder, made by this call.

    The folder has its owner in it from the moment that it takes the number: who is killed in
    between leaves one that takes none.
    """
    taken = (number_of(path.name) for path in folder.iterdir())
    number = 1 + max((number for number in taken if number is not None), default=0)
    made = folder / f".v-{secrets.token_hex(8)}{_STAGED_SUFFIX}"
    made.mkdir()
    write_whole(made / _OWNER_NAME, Owner.me().encode())
    while True:
        staged = folder / f".{version_name(number)}{_STAGED_SUFFIX}"
        if not staged.exists() and not staged.with_name(version_name(number)).exists():
            try:
                made.rename(staged)
            except OSError as error:
                if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):  # another took it just now
                    raise
            else:
                return number, staged
        number += 1


def _clear_abandoned(folder: Path) -> None:
    """Remove what studios on this machine were making when they were killed."""
    for staged in folder.glob(f".v*{_STAGED_SUFFIX}"):
        with suppress(OSError):
            owner = Owner.decode((staged / _OWNER_NAME).read_bytes())
            if owner is not None and owner.is_gone:
                shutil.rmtree(staged, ignore_errors=True)


def _seal(folder: Path) -> None:
    """A file that is read-only already is a link to a take's, made to last when that was kept."""
    for path in folder.iterdir():
        if not path.stat().st_mode & stat.S_IWUSR:
            continue
        with path.open("r+b") as file:
            os.fsync(file.fileno())
        path.chmod(_READ_ONLY)
    sync_folder(folder)


def _unwritable(path: Path, error: OSError) -> Refused:
    return Refused(
        f"can not write here: {error.strerror or error}",
        where=path,
        hint="choose a folder that can be written and has room",
    )
