"""Which weights these are, without reading all of them: a part of what decides pixels."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from void_studio.core import BadInput, NotPresent, digest_chunks, digest_json
from void_studio.weights.catalogue import Catalogue, Weights
from void_studio.weights.places import find
from void_studio.weights.safetensors_file import header_end

__all__ = ["content_of", "file_identity", "identity_of", "stamp_of"]

_WHOLE_BYTES = 1 << 23
_SAMPLES = 64
_SAMPLE_BYTES = 1 << 16
_MOST_FILES = 1000


def identity_of(catalogue: Catalogue, name: str) -> str:
    """BLAKE3 of the content of all that the engine `name` needs; "" where it needs no weights.

    Times and places say nothing: a copy has the same identity. Raises NotPresent or BadInput.
    """
    if name not in catalogue.sets:
        return ""
    parts = {weights.name: content_of(weights, find(weights)) for weights in catalogue.chosen(name)}
    return digest_json(parts)


def stamp_of(catalogue: Catalogue) -> str:
    """BLAKE3 of where weights lie, their sizes and times: it tells that any came or went.

    Reads no file; a change of content that keeps size and time is not seen.
    """
    return digest_json({weights.name: _stamp(weights) for weights in catalogue.weights})


def _stamp(weights: Weights) -> dict[str, list[int]]:
    try:
        folder = find(weights)
    except NotPresent:
        return {}
    states = {str(path): path.stat() for path in _files(weights, folder)}
    return {path: [state.st_size, state.st_mtime_ns] for path, state in states.items()}


def content_of(weights: Weights, folder: Path) -> str:
    """BLAKE3 over every file below the parts of `weights`: its name, its size and samples of it.

    Files up to 8 MiB are read whole; of larger ones the header, if it is safetensors, and 64
    samples of 64 KiB, evenly spaced to the very end: training touches every tensor.
    """
    files = sorted(set(_files(weights, folder)))
    return digest_json(
        {str(path.relative_to(folder).as_posix()): file_identity(path) for path in files}
    )


def _files(weights: Weights, folder: Path) -> Iterator[Path]:
    for part in weights.parts:
        path = folder / part
        found = [path] if path.is_file() else [item for item in path.rglob("*") if item.is_file()]
        if len(found) > _MOST_FILES:
            raise BadInput(f"{len(found)} files are no model", where=path)
        yield from found


def file_identity(path: Path) -> str:
    """Size and BLAKE3 of a file, or of samples of it; reads 8 MiB at most and the header.

    Raises NotPresent when it can not be read.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            if size <= _WHOLE_BYTES:
                return f"{size} {digest_chunks([file.read()])}"
            chunks = [file.read(_header_bytes(path))]
            for index in range(_SAMPLES):
                file.seek((size - _SAMPLE_BYTES) * index // (_SAMPLES - 1))
                chunks.append(file.read(_SAMPLE_BYTES))
    except OSError as error:
        raise NotPresent(
            f"weights can not be read: {error.strerror or error}", where=path
        ) from error
    return f"{size} {digest_chunks(chunks)}"


def _header_bytes(path: Path) -> int:
    return header_end(path) if path.suffix == ".safetensors" else 0
