"""Which frames a frame borrows from."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from void_studio.engine.draft.survey import Lattice, Survey
from void_studio.motion import at_scale, map_points

__all__ = ["candidates_near", "choose_donors", "coverage"]

_ENOUGH = 5
_WORTH = np.array([1.0, 0.5, 0.3, 0.2, 0.15, 0.0])
_NEAR, _MIDDLE = 4, 32
_MOST_CELLS = 2000
_TAU = 12.0
_NEGLIGIBLE = 1e-3

Seen = npt.NDArray[np.bool_]


def choose_donors(survey: Survey, target: int, most: int) -> tuple[int, ...]:
    """Up to `most` frames that show what the hole of frame `target` hides, the best first.

    Near frames count for more, and a part of the hole counts for less the more donors it has
    already; what no near frame shows is looked for in the whole clip. Deterministic.
    """
    cells = _hole_cells(survey.lattice, target)
    near = candidates_near(target, len(survey.holes))
    chosen, served = _greedy(survey, target, cells, near, most)
    if len(chosen) < most and not served.all():
        rest = [index for index in range(len(survey.holes)) if index not in {*near, target}]
        more, _ = _greedy(survey, target, cells[served == 0], rest, most - len(chosen))
        chosen += more
    return tuple(chosen)


def candidates_near(target: int, count: int) -> list[int]:
    """Every frame within 4, every 4th of the clip within 32, every 16th of the rest.

    The grid is that of the clip, so that neighbouring targets share their far donors.
    """

    def offered(index: int) -> bool:
        distance = abs(index - target)
        if distance <= _NEAR:
            return distance > 0
        return index % (4 if distance <= _MIDDLE else 16) == 0

    return [index for index in range(count) if offered(index)]


def coverage(
    survey: Survey, target: int, cells: npt.NDArray[np.float64], candidates: list[int]
) -> Seen:
    """Which candidate shows which of the target's `cells` (n, 2); boolean (candidates, n)."""
    seen = [_visible(survey, target, donor, cells) for donor in candidates]
    return np.array(seen, np.bool_).reshape(len(candidates), len(cells))


def _greedy(
    survey: Survey,
    target: int,
    cells: npt.NDArray[np.float64],
    candidates: list[int],
    most: int,
) -> tuple[list[int], npt.NDArray[np.intp]]:
    """Take the candidate that adds most until none adds anything; and how often cells are seen."""
    seen = coverage(survey, target, cells, candidates)
    distance = np.abs(np.array(candidates, np.float64) - target)
    nearness = 1 / (1 + distance / _TAU)
    served = np.zeros(len(cells), np.intp)
    chosen: list[int] = []
    left = np.ones(len(candidates), np.bool_)
    while len(chosen) < most and left.any():
        worth = _WORTH[np.minimum(served, _ENOUGH)]
        value = np.where(left, (seen @ worth) * nearness, -1.0)
        best = int(np.argmax(value))
        if value[best] <= _NEGLIGIBLE * len(cells):
            break
        left[best] = False
        served += seen[best]
        chosen.append(candidates[best])
    return chosen, served


def _hole_cells(lattice: Lattice, target: int) -> npt.NDArray[np.float64]:
    """Centres of the cells in the hole as (x, y), thinned out evenly when there are many."""
    rows, columns = np.nonzero(lattice.hole(target))
    step = -(-len(rows) // _MOST_CELLS) or 1
    return np.stack([columns[::step], rows[::step]], axis=1).astype(np.float64)


def _visible(survey: Survey, target: int, donor: int, cells: npt.NDArray[np.float64]) -> Seen:
    """Whether the donor frame shows each cell: inside the frame and not in its own hole."""
    extent = survey.lattice.extent
    matrix = at_scale(
        survey.between(target, donor),
        extent.width / survey.canvas.width,
        extent.height / survey.canvas.height,
    )
    at = np.rint(map_points(matrix, cells)).astype(np.int64)
    inside: Seen = np.all((at >= 0) & (at < (extent.width, extent.height)), axis=1)
    at[~inside] = 0
    inside &= ~survey.lattice.hole(donor)[at[:, 1], at[:, 0]]
    return inside
