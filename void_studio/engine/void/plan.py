"""Torch-free facts of the VOID model that the studio shows before anything is rendered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from void_studio.core import Extent
from void_studio.media import area_mean
from void_studio.quadmask import affected_of, apply_frame0_rule, remove_of, snap

__all__ = ["CANVAS", "ModelView", "model_view"]

CANVAS = Extent(672, 384)
_KEEP, _AFFECTED, _REMOVE = 255, 128, 0


@dataclass(frozen=True, slots=True, eq=False)
class ModelView:
    """What the model sees of one quadmask frame.

    `values` is uint8 (height, width) of the canvas: 255 keep, 128 affected, 0 remove.
    `collapsed` counts samples of overlap that count as remove, `cleared` samples of affected that
    frame 0 lost, `binarised` samples of affected that pass 2 takes for remove.
    """

    values: npt.NDArray[np.uint8]
    collapsed: int
    cleared: int
    binarised: int


def model_view(
    values: npt.NDArray[np.uint8],
    *,
    frame: int,
    model_pass: int = 1,
    frame0_rule: bool = True,
    canvas: Extent = CANVAS,
) -> ModelView:
    """A quadmask frame as the model is conditioned on it (VOID_SPEC 2.3-2.5 and 3.2).

    `values` are stored numbers, uint8 (height, width) at any size; `frame` counts from the first
    frame given to the model. Area mean first, then the cuts, then: overlap counts as remove;
    affected stays in pass 1, counts as remove in pass 2, and is cleared in frame 0 unless
    `frame0_rule` is off.
    """
    resized, _ = snap(area_mean(values.astype(np.float32), canvas))
    overlap = remove_of(resized) & affected_of(resized)
    shown = apply_frame0_rule(resized) if frame == 0 and frame0_rule else resized
    remove = remove_of(shown)
    affected = affected_of(shown) & ~remove
    view = np.full(canvas.shape, _KEEP, np.uint8)
    view[affected] = _AFFECTED if model_pass == 1 else _REMOVE
    view[remove] = _REMOVE
    return ModelView(
        view,
        collapsed=int(np.count_nonzero(overlap)),
        cleared=int(np.count_nonzero(resized != shown)),
        binarised=int(np.count_nonzero(affected)) if model_pass == 2 else 0,
    )
