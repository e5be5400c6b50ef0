"""OTIO's bundles: a folder (.otiod) or a zip file (.otioz) with a cut and its media.

Nothing is ever unpacked: of a zip file one member is read, by its exact name and within limits.
"""

from __future__ import annotations

import lzma
import stat
import zipfile
import zlib
from pathlib import Path

from void_studio.core import BadInput, NotPresent
from void_studio.timeline.json_text import LARGEST_BYTES

__all__ = ["BUNDLES", "PACKED", "packed_text", "plain_file"]

PACKED = ".otioz"
BUNDLES = (".otiod", PACKED)

_CONTENT = "content.otio"
_INNER = {".otiod": _CONTENT, ".fcpxmld": "Info.fcpxml"}
_MOST_MEMBERS = 100_000
_DENSEST = 200
_ANY_DENSITY_BYTES = 1 << 20


def plain_file(folder: Path) -> Path:
    """The cut inside a bundle that is a folder. Raises BadInput where it leads out of the folder.

    Raises NotPresent when there is none.
    """
    inner = folder / _INNER[folder.suffix.lower()]
    if not folder.is_dir():
        raise _absent(folder) if not folder.exists() else BadInput("not a folder", where=folder)
    if inner.is_symlink():
        raise BadInput(f"{inner.name} is a link, not a file", where=folder)
    if not inner.is_file():
        raise BadInput(f"there is no {inner.name} in it", where=folder, hint="export it again")
    return inner


def packed_text(path: Path) -> bytes:
    """The bytes of the cut inside a zip bundle.

    Raises NotPresent when there is no such file, BadInput for a damaged or hostile one.
    """
    try:
        with zipfile.ZipFile(path) as bundle, bundle.open(_member(bundle)) as content:
            text = content.read(LARGEST_BYTES + 1)
    except FileNotFoundError:
        raise _absent(path) from None
    except (
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        OSError,
        EOFError,
        ValueError,
        RuntimeError,
    ) as error:
        raise BadInput(f"not a readable .otioz: {error}", where=path, hint=_AGAIN) from None
    except BadInput as error:
        raise BadInput(error.what, where=path, hint=_AGAIN) from None
    if len(text) > LARGEST_BYTES:
        raise BadInput(f"its cut is larger than {LARGEST_BYTES} bytes", where=path)
    return text


_AGAIN = "bundle the timeline again, or export it as .otio"


def _member(bundle: zipfile.ZipFile) -> zipfile.ZipInfo:
    members = bundle.infolist()
    if len(members) > _MOST_MEMBERS:
        raise BadInput(f"a bundle of {len(members)} files")
    found = [member for member in members if member.filename == _CONTENT]
    if len(found) != 1:
        raise BadInput(f"{len(found)} files named {_CONTENT} in the bundle instead of one")
    member = found[0]
    if stat.S_ISLNK(member.external_attr >> 16):
        raise BadInput(f"{_CONTENT} is a link, not a file")
    dense = member.file_size > member.compress_size * _DENSEST
    if member.file_size > LARGEST_BYTES or (dense and member.file_size > _ANY_DENSITY_BYTES):
        raise BadInput(f"{_CONTENT} says that it unpacks to {member.file_size} bytes")
    return member


def _absent(path: Path) -> NotPresent:
    return NotPresent("no such file", where=path, hint="check the path")
