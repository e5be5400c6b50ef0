"""Arrays as self-describing compressed blobs: how pixels travel and are addressed (DESIGN h).

A blob is a 16-byte header - magic `VSA1`, dtype code, number of axes, two zero bytes, then up to
three axis lengths as little-endian uint16 and two zero bytes - followed by one zstd frame.
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import numpy.typing as npt
import zstandard

from void_studio.core import BadInput

__all__ = ["LARGEST_ARRAY_BYTES", "pack_array", "unpack_array"]

LARGEST_ARRAY_BYTES = 1 << 30
_HEADER = struct.Struct("<4sBBH3HH")
_MAGIC = b"VSA1"
_DTYPES = (np.dtype("u1"), np.dtype("<u2"), np.dtype("<f2"), np.dtype("i1"), np.dtype("<f4"))
_LEVEL = 1


def pack_array(array: npt.NDArray[Any]) -> bytes:
    """The blob of an array of one to three axes, each at most 65535 long.

    Equal arrays give equal blobs under one version of zstd.
    """
    stored = array.astype(array.dtype.newbyteorder("<"), copy=False)
    code = _DTYPES.index(stored.dtype)
    axes = array.shape + (0,) * (3 - array.ndim)
    header = _HEADER.pack(_MAGIC, code, array.ndim, 0, *axes, 0)
    data = np.ascontiguousarray(stored).data.cast("B") if array.size else b""
    return header + zstandard.ZstdCompressor(level=_LEVEL).compress(data)


def unpack_array(blob: bytes) -> npt.NDArray[Any]:
    """The array in a blob; read-only. Raises BadInput for anything that `pack_array` did not make.

    The size is known from the header before a byte is decompressed and bounded by
    LARGEST_ARRAY_BYTES.
    """
    try:
        magic, code, ndim, zero, *axes, end = _HEADER.unpack_from(blob)
        if magic != _MAGIC or zero or end or not 1 <= ndim <= 3 or any(axes[ndim:]):
            raise ValueError("header")
        dtype = _DTYPES[code]
        shape = tuple(axes[:ndim])
        size = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
        if size > LARGEST_ARRAY_BYTES:
            raise ValueError("size")
        return _decompressed(memoryview(blob)[_HEADER.size :], size, dtype).reshape(shape)
    except (ValueError, IndexError, struct.error, zstandard.ZstdError) as error:
        raise BadInput(f"a pixel blob is damaged ({error})", hint="send it again") from error


def _decompressed(frame: memoryview, size: int, dtype: np.dtype[Any]) -> npt.NDArray[Any]:
    declared = zstandard.frame_content_size(frame)
    if declared != size:
        raise ValueError(f"{declared} bytes inside where the header says {size}")
    data = zstandard.ZstdDecompressor().decompress(frame, max_output_size=size) if size else b""
    return np.frombuffer(data, dtype=dtype)
