"""What a segmenter or a reasoner suggests for a layer, until a person takes it or leaves it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from void_studio.core import new_id
from void_studio.quadmask import Role

__all__ = ["LayerProposal"]

Matte = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class LayerProposal:
    """Mattes for one layer, not in the quadmask yet.

    `mattes` gives boolean (height, width) at plate size by frame in plate numbering; it may make
    them as they are asked for, on any thread. `scores` are 0..1 where known. `origin` says for
    people who suggests it, "flow" say. `layer_id` is the layer that it is for, None for a new one.
    """

    name: str
    role: Role
    mattes: Mapping[int, Matte] = field(repr=False)
    origin: str
    scores: Mapping[int, float] = field(default_factory=dict)
    layer_id: str | None = None
    id: str = field(default_factory=lambda: new_id("proposal"))
