"""Folders of PNG files, one per frame, counted by the number at the end of the name."""

from __future__ import annotations

import re
import shutil
import struct
import zlib
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt

from void_studio.core import (
    BadInput,
    Extent,
    Refused,
    new_id,
    read_limited,
    sync_folder,
    write_whole,
)
from void_studio.media import MAX_CLIP_FRAMES, write_png
from void_studio.quadmask.sequence import Quadmask
from void_studio.quadmask.sidecar import FOLDER_RATE, Sidecar, encode_sidecar

__all__ = ["PngFolder", "write_quadmask_folder"]

_NAME = re.compile(r"(.*?)(\d{1,15})\.png", re.IGNORECASE)
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHUNK = struct.Struct(">I4s")
_SIZE = struct.Struct(">IIBB")
_MAX_SIDE = 16_384
_LARGEST_FILE_BYTES = 1 << 28


class PngFolder:
    """The frames of a folder in order of their numbers, which must not have gaps.

    Iterating gives the first colour channel of one file at a time, uint8 or uint16 of `bits`.
    Raises BadInput when the folder or a file is not what that needs.
    """

    def __init__(self, folder: Path) -> None:
        self._files = _numbered(folder)
        self.extent, self.bits = _size_of(_checked(self._files[0]), self._files[0])

    def __len__(self) -> int:
        return len(self._files)

    def __iter__(self) -> Iterator[npt.NDArray[np.uint8] | npt.NDArray[np.uint16]]:
        return map(self._samples, self._files)

    def _samples(self, path: Path) -> npt.NDArray[np.uint8] | npt.NDArray[np.uint16]:
        import cv2

        data = _checked(path)
        if (found := _size_of(data, path)) != (self.extent, self.bits):
            raise BadInput(
                f"{found[0]} of {found[1]} bits, not {self.extent} of {self.bits} as the first",
                where=path,
            )
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
        if picture is None:
            raise BadInput("this PNG can not be decoded", where=path, hint="write it again")
        red = picture if picture.ndim == 2 else picture[..., 2 if picture.shape[2] >= 3 else 0]
        if self.bits == 8:
            return red.astype(np.uint8, copy=False)
        return red.astype(np.uint16, copy=False)


def write_quadmask_folder(
    folder: Path, quadmask: Quadmask, *, rate: Fraction = FOLDER_RATE
) -> None:
    """Write `frame.####.png` by plate frame, and `frames.json`; the folder appears whole.

    Raises Refused when something is at `folder` or it can not be written, BadInput for a quadmask
    without frames or with frames numbered below 0.
    """
    if not quadmask.range or quadmask.range.start < 0:
        raise BadInput(f"frames {quadmask.range} can not be numbered files", where=folder)
    if folder.exists():
        raise Refused("something is there already", where=folder, hint="choose another folder")
    temporary = folder.with_name(f".{folder.name}.{new_id('folder')}")
    try:
        temporary.mkdir(parents=True)
        for frame in quadmask.range:
            write_png(temporary / f"frame.{frame:04d}.png", quadmask.values(frame))
        sidecar = Sidecar(quadmask.range.start, rate)
        write_whole(temporary / "frames.json", encode_sidecar(sidecar))
        temporary.rename(folder)
        sync_folder(folder.parent)
    except OSError as error:
        raise Refused(
            f"can not write here: {error.strerror or error}",
            where=folder,
            hint="choose a folder that can be written and has room",
        ) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _numbered(folder: Path) -> list[Path]:
    found: dict[int, Path] = {}
    names = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
    prefixes = set()
    for name in names:
        if not name.lower().endswith(".png"):
            continue
        match = _NAME.fullmatch(name)
        if match is None:
            raise BadInput("a frame without a number", where=folder / name, hint="frame.0001.png")
        if int(match[2]) in found:
            raise BadInput(f"frame {int(match[2])} is there twice", where=folder / name)
        found[int(match[2])] = folder / name
        prefixes.add(match[1])
    _check_run(sorted(found), prefixes, folder)
    return [found[number] for number in sorted(found)]


def _check_run(numbers: list[int], prefixes: set[str], folder: Path) -> None:
    if not 0 < len(numbers) <= MAX_CLIP_FRAMES:
        raise BadInput(f"it has {len(numbers)} PNG frames", where=folder)
    if len(prefixes) > 1:
        raise BadInput(f"it holds several sequences: {sorted(prefixes)[:3]}", where=folder)
    if len(numbers) != numbers[-1] - numbers[0] + 1:
        there = set(numbers)
        missing = next(number for number in range(numbers[0], numbers[-1]) if number not in there)
        raise BadInput(f"frame {missing} is missing", where=folder, hint="write every frame")


def _checked(path: Path) -> bytes:
    """The bytes of a PNG file all of whose chunks are there and whole."""
    data = read_limited(path, _LARGEST_FILE_BYTES)
    if not data.startswith(_SIGNATURE):
        raise BadInput("not a PNG file", where=path)
    at, kind = len(_SIGNATURE), b""
    while kind != b"IEND":
        if at + 12 > len(data):
            raise BadInput("this PNG is truncated", where=path, hint="write it again")
        length, kind = _CHUNK.unpack_from(data, at)
        end = at + 8 + length
        if data[end : end + 4] != zlib.crc32(data[at + 4 : end]).to_bytes(4, "big"):
            raise BadInput("this PNG is truncated or damaged", where=path, hint="write it again")
        at = end + 4
    return data


def _size_of(data: bytes, path: Path) -> tuple[Extent, int]:
    if data[12:16] != b"IHDR" or len(data) < 26:
        raise BadInput("this PNG has no header", where=path)
    width, height, depth, _ = _SIZE.unpack_from(data, 16)
    if not (0 < width <= _MAX_SIDE and 0 < height <= _MAX_SIDE):
        raise BadInput(f"pictures of {width}x{height} are not supported", where=path)
    return Extent(width, height), 16 if depth == 16 else 8
