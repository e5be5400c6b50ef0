"""Which weights a file holds, told without reading all of it; no torch."""

from __future__ import annotations

from pathlib import Path

from void_studio.core import NotPresent, digest_bytes, digest_json

__all__ = ["identity_of"]

_SAMPLES = 64
_SAMPLE_BYTES = 1 << 16
_HEAD_BYTES = 1 << 22


def identity_of(path: Path) -> str:
    """BLAKE3 of a file's size, its first 4 MiB and 64 samples spread over the rest.

    The head of a safetensors file lists names, types, shapes and places of its tensors; training
    changes nearly every parameter, so the samples tell two checkpoints of one shape apart. Reads
    8 MiB at most. Raises NotPresent for a file that can not be read.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            parts = [digest_bytes(file.read(_HEAD_BYTES))]
            for number in range(1, _SAMPLES + 1):
                file.seek(max(0, size * number // _SAMPLES - _SAMPLE_BYTES))
                parts.append(digest_bytes(file.read(_SAMPLE_BYTES)))
    except OSError as error:
        raise NotPresent(f"weights can not be read ({error.strerror})", where=path) from error
    return digest_json({"size": size, "parts": parts})
