"""The four sizes of SAM 2.1, and of a checkpoint of another size what its own file says."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from void_studio.core import BadInput, read_limited

__all__ = ["Sizes", "sizes_of"]

_LIMIT_BYTES = 1 << 16
_LARGEST = 1 << 13


@dataclass(frozen=True, slots=True)
class Sizes:
    """What differs between the sizes: the image encoder, and the side of the frame it sees."""

    embed_dim: int
    num_heads: int
    stages: tuple[int, ...]
    global_att_blocks: tuple[int, ...]
    window_pos_embed_bkg_spatial_size: tuple[int, ...] = (7, 7)
    window_spec: tuple[int, ...] = (8, 4, 14, 7)
    image_size: int = 1024


_KNOWN = (
    Sizes(96, 1, (1, 2, 7, 2), (5, 7, 9)),
    Sizes(96, 1, (1, 2, 11, 2), (7, 10, 13)),
    Sizes(112, 2, (2, 3, 16, 3), (12, 16, 20), (14, 14)),
    Sizes(144, 2, (2, 6, 36, 4), (23, 33, 43), window_spec=(8, 4, 16, 8)),
)


def sizes_of(checkpoint: Path, embed_dim: int, blocks: int) -> Sizes:
    """The sizes of a checkpoint whose encoder has `blocks` blocks and starts with `embed_dim`.

    Those of a JSON file beside it, of the same name, come first. Raises BadInput when that is
    malformed, or when there is none and the checkpoint is none of the four.
    """
    beside = checkpoint.with_suffix(".json")
    if beside.is_file():
        return _read(beside)
    for sizes in _KNOWN:
        if (sizes.embed_dim, sum(sizes.stages)) == (embed_dim, blocks):
            return sizes
    raise BadInput(
        f"this is none of the four SAM 2.1 models ({blocks} blocks, {embed_dim} channels)",
        where=checkpoint,
        hint=f"describe it in {beside.name}",
    )


def _read(path: Path) -> Sizes:
    try:
        found = json.loads(read_limited(path, _LIMIT_BYTES))
        return Sizes(**{name: _number(value) for name, value in found.items()})
    except (TypeError, ValueError, AttributeError) as error:
        raise BadInput(f"the sizes of the model are malformed: {error}", where=path) from error


def _number(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_number(one) for one in value)
    if not isinstance(value, int) or not 0 <= value <= _LARGEST:
        raise ValueError(f"{value!r} is no size")
    return value
