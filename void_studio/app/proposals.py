"""Proposals of plate size, kept small until they are looked at."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from void_studio.core import Extent
from void_studio.media import pack_array, unpack_array

__all__ = ["ShotProposal", "compressed", "expanded"]


@dataclass(frozen=True, slots=True, eq=False)
class ShotProposal:
    """What a segmenter proposes for a layer in one frame of a plate, in plate numbering.

    `score` is 0..1; `model` is the segmenter that gave it.
    """

    layer: str
    frame: int
    extent: Extent
    bits: bytes = field(repr=False)
    score: float
    model: str

    def matte(self) -> npt.NDArray[np.bool_]:
        """Boolean (height, width) of the plate, owned by the caller."""
        return expanded(self.bits, self.extent)


def compressed(matte: npt.NDArray[np.bool_]) -> bytes:
    """A boolean matte, small."""
    return pack_array(np.packbits(matte, axis=1))


def expanded(bits: bytes, extent: Extent) -> npt.NDArray[np.bool_]:
    """The matte of `compressed`, whose size is `extent`."""
    return np.unpackbits(unpack_array(bits), axis=1, count=extent.width).astype(np.bool_)
