"""One-bit samples as bytes: eight to a byte, then runs of equal bytes; nothing set is no byte.

A blob is one byte that tells its form, then either the packed bytes themselves, or the values of
the runs and, as little-endian uint16, their lengths; longer runs are split. Only numpy is used, so
that packing and unpacking a UHD matte takes a few milliseconds on any thread.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from void_studio.core import BadInput, Extent

__all__ = ["Matte", "check_bits", "compress_bits", "compress_packed", "expand_bits"]

Matte = npt.NDArray[np.bool_]
_PLAIN, _RUNS = b"\0", b"\1"
_LONGEST = (1 << 16) - 1
_RUN_BYTES = 3


def compress_bits(matte: Matte) -> bytes:
    """The blob of a boolean array (height, width). Equal arrays give equal blobs."""
    if not matte.any():
        return b""
    return compress_packed(np.packbits(matte))


def compress_packed(packed: npt.NDArray[np.uint8]) -> bytes:
    """The blob of samples that `np.packbits` has packed."""
    if not packed.any():
        return b""
    ends = np.append(np.flatnonzero(packed[1:] != packed[:-1]), packed.size - 1)
    lengths = np.diff(ends, prepend=-1)
    pieces = -(-lengths // _LONGEST)
    if int(pieces.sum()) * _RUN_BYTES >= packed.size:
        return _PLAIN + packed.tobytes()
    last = np.cumsum(pieces) - 1
    short = np.full(last[-1] + 1, _LONGEST, "<u2")
    short[last] = lengths - (pieces - 1) * _LONGEST
    return _RUNS + np.repeat(packed[ends], pieces).tobytes() + short.tobytes()


def expand_bits(blob: bytes, extent: Extent) -> Matte:
    """The boolean array (height, width) in a blob, owned by the caller.

    Raises BadInput when the blob is damaged or holds another number of samples.
    """
    if not blob:
        return np.zeros(extent.shape, np.bool_)
    check_bits(blob, extent)
    packed = np.frombuffer(blob, np.uint8, offset=1)
    if blob[:1] == _RUNS:
        values, lengths = _runs(blob)
        packed = np.repeat(values, lengths)
    bits = np.unpackbits(packed, count=extent.width * extent.height)
    return bits.view(np.bool_).reshape(extent.shape)


def check_bits(blob: bytes, extent: Extent) -> None:
    """Raise BadInput when a blob does not hold as many samples as `extent` has."""
    wanted = -(-extent.width * extent.height // 8)
    found = _size(blob) if blob else wanted
    if found != wanted:
        raise BadInput(f"a painted matte has {found} bytes where {extent} needs {wanted}")


def _size(blob: bytes) -> int:
    if blob[:1] == _PLAIN:
        return len(blob) - 1
    if blob[:1] != _RUNS or (len(blob) - 1) % _RUN_BYTES:
        raise BadInput("a painted matte is damaged")
    return int(_runs(blob)[1].sum(dtype=np.int64))


def _runs(blob: bytes) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint16]]:
    count = (len(blob) - 1) // _RUN_BYTES
    values = np.frombuffer(blob, np.uint8, count=count, offset=1)
    return values, np.frombuffer(blob, "<u2", count=count, offset=1 + count)
