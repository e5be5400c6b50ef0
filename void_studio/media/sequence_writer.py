"""Writing an image sequence, one file per frame; they appear together when it is finished."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt
from OpenImageIO import ImageOutput, ImageSpec, geterror

from void_studio.core import NotPresent, Refused, sync_folder
from void_studio.media.frame import Frame
from void_studio.media.pattern import SequencePattern, parse_pattern, sequence_frames
from void_studio.media.plate import SEQUENCE, PlateRef
from void_studio.media.sequence_file import reason_of
from void_studio.media.sequence_image import FreshImages, PlateImages
from void_studio.media.writing import OpenWriter

__all__ = ["SequenceWriter"]

_DPX_PATH = (36, 100)
_HEADER_BYTES = 1 << 16


class SequenceWriter(OpenWriter):
    """A FrameWriter of a sequence in the plate's own format.

    As a context it aborts when left by an exception and must be finished before it is left
    otherwise. Used by one thread. Equal frames give equal bytes.
    """

    def __init__(self, path: Path, ref: PlateRef, *, first_frame: int) -> None:
        self._pattern = replace(parse_pattern(path), only=None)
        super().__init__(self._pattern.path, ref)
        self._next = self._first = first_frame
        self._images = _images(self._pattern, ref)
        _check_free(self._pattern)
        self._folder = _hidden_folder(self._pattern)

    def write(self, frame: Frame) -> None:
        """Append a frame.

        Raises ValueError when its layout or extent is not the plate's, Refused when it can not be
        written; after that nothing is left behind.
        """
        if not self._open:
            raise ValueError("this writer is finished")
        self._check(frame)
        spec, image = self._images.image(frame, self._next)
        path = self._folder / self._pattern.file(self._next).name
        try:
            _write_image(path, spec, image)
        except OSError as error:
            reason = _system_error(path, image.nbytes + _HEADER_BYTES) or error
            self.abort()
            raise self._unwritable(reason) from error
        self._next += 1

    def finish(self) -> None:
        """Put the files in place. Raises ValueError when no frame was written."""
        if self._next == self._first:
            self.abort()
            raise ValueError(f"no frame was written to {self._pattern.path}")
        if not self._open:
            raise ValueError("this writer is finished")
        try:
            for number in range(self._first, self._next):
                target = self._pattern.file(number)
                (self._folder / target.name).replace(target)
            self._folder.rmdir()
        except OSError as error:
            self.abort()
            raise self._unwritable(error) from error
        self._open = False
        sync_folder(self._pattern.folder)

    def abort(self) -> None:
        """Leave nothing behind. Idempotent; does nothing after `finish`."""
        if self._open:
            self._open = False
            shutil.rmtree(self._folder, ignore_errors=True)

    def _unwritable(self, error: OSError) -> Refused:
        where = self._pattern.file(self._next)
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            return Refused("disk full", where=where, hint="make room or choose another folder")
        return Refused(
            f"can not be written ({error.strerror or error})",
            where=where,
            hint="choose a folder that can be written and has room",
        )


def _images(pattern: SequencePattern, ref: PlateRef) -> PlateImages | FreshImages:
    if ref.container != SEQUENCE:
        return FreshImages.for_plate(pattern.path, pattern.kind, ref)
    plate = parse_pattern(ref.location)
    if plate.kind != pattern.kind:
        raise Refused(
            f"the master of {plate.kind} files is {plate.kind} files, not {pattern.kind}",
            where=pattern.path,
            hint=f"name it {pattern.prefix}####{plate.kind}",
        )
    return PlateImages(plate, ref)


def _check_free(pattern: SequencePattern) -> None:
    """Old files left among new ones would make a sequence of two halves."""
    try:
        found = sequence_frames(pattern)
    except NotPresent:
        return
    raise Refused(
        f"frames {found} are there already",
        where=pattern.path,
        hint="remove them or choose another name",
    )


def _hidden_folder(pattern: SequencePattern) -> Path:
    folder = pattern.folder / f".sequence.{secrets.token_hex(4)}"
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise Refused(
            f"can not write here: {error.strerror or error}",
            where=pattern.folder,
            hint="choose a folder that can be written and has room",
        ) from error
    return folder


def _write_image(path: Path, spec: ImageSpec, image: npt.NDArray[Any]) -> None:
    """Write one file and make it last. Raises OSError with the library's reason."""
    out = ImageOutput.create(str(path))
    if out is None:
        raise OSError(reason_of(geterror))
    written = out.open(str(path), spec) and out.write_image(np.ascontiguousarray(image))
    if not (out.close() and written):
        raise OSError(reason_of(out.geterror))
    with path.open("r+b") as file:
        if path.suffix.lower() == ".dpx":
            _blank_own_path(file)
        os.fsync(file.fileno())


def _system_error(path: Path, size_bytes: int) -> OSError | None:
    """Why a file of this size can not be written in its place, which OpenImageIO does not tell."""
    try:
        path.write_bytes(bytes(size_bytes))
    except OSError as error:
        return error
    return None


def _blank_own_path(file: IO[bytes]) -> None:
    """Clear the field in which a DPX file states where it was written (SMPTE 268M, field 7)."""
    offset, length = _DPX_PATH
    file.seek(offset)
    file.write(bytes(length))
    file.flush()
