"""The blobs of mattes as they are stored: compressed, with a digest of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise

import numpy as np
import zstandard

from void_studio.core import digest_bytes
from void_studio.quadmask.bits import compress_packed

__all__ = ["stored_blobs"]

_LARGEST_BODY_BYTES = 1 << 30
_LARGEST_MATTE_BYTES = 1 << 25


def stored_blobs(
    lengths: Sequence[int], digest: str, body: bytes, *, one_by_one: bool
) -> list[bytes]:
    """The blobs, `lengths` long, in `body`, as `compress_bits` gives them.

    They are in one zstd frame, or, `one_by_one`, each packed matte is in one of its own: so were
    documents of the first schema. Raises ValueError for what is damaged or does not fit.
    """
    ends = list(accumulate(lengths, initial=0))
    if ends[-1] > _LARGEST_BODY_BYTES:
        raise ValueError("the blobs are beyond the limits")
    plain = body if one_by_one else _expanded(body, ends[-1])
    if len(plain) != ends[-1] or digest != digest_bytes(plain):
        raise ValueError("the blobs are not those of the table")
    blobs = [plain[start:end] for start, end in pairwise(ends)]
    return [_from_first(blob) for blob in blobs] if one_by_one else blobs


def _from_first(blob: bytes) -> bytes:
    if not blob:
        return b""
    packed = _expanded(blob, zstandard.frame_content_size(blob), limit=_LARGEST_MATTE_BYTES)
    return compress_packed(np.frombuffer(packed, np.uint8))


def _expanded(frame: bytes, size: int, *, limit: int = _LARGEST_BODY_BYTES) -> bytes:
    try:
        if not 0 <= size <= limit or zstandard.frame_content_size(frame) != size:
            raise ValueError("the blobs have another size")
        return zstandard.ZstdDecompressor().decompress(frame, allow_extra_data=False)
    except zstandard.ZstdError as error:
        raise ValueError(f"the blobs are damaged: {error}") from error
