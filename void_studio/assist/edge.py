"""Refinement of a matte's edge, chosen here; OpenCV is imported on use."""

from __future__ import annotations

from enum import Enum

import numpy as np
import numpy.typing as npt

__all__ = ["Edge", "refine_edge"]


class Edge(Enum):
    """How an edge is refined: not at all, by a guided filter, or by GrabCut inside the band."""

    AS_IS = "as-is"
    GUIDED = "guided"
    CUT = "cut"


def refine_edge(
    rgb: npt.NDArray[np.uint8], matte: npt.NDArray[np.bool_], *, uncertain_px: float, edge: Edge
) -> npt.NDArray[np.bool_]:
    """`matte` with its edge moved to that of the picture, by at most `uncertain_px` pixels.

    `rgb` is (height, width, 3), `matte` (height, width); one without an edge comes back as it is.
    """
    from void_studio.assist.refine import refined

    return refined(rgb, matte, uncertain_px=uncertain_px, edge=edge)
