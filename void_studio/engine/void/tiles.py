"""Tiles of a picture: where they lie, and how overlapping ones are put together.

A tile's group norms see that tile alone, so that tiled pictures are near, not exact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import product

import torch

__all__ = ["Tile", "blended", "tile_spans", "tiles_of"]


@dataclass(frozen=True, slots=True)
class Tile:
    """Rows and columns in latents; `rise` and `fall` are shared with neighbours, for each axis."""

    rows: tuple[int, int]
    columns: tuple[int, int]
    rise: tuple[int, int]
    fall: tuple[int, int]

    def of(self, picture: torch.Tensor, scale: int) -> torch.Tensor:
        """The tile of a picture (..., H, W) of `scale` samples for one latent."""
        (top, bottom), (left, right) = self.rows, self.columns
        return picture[..., top * scale : bottom * scale, left * scale : right * scale]

    def weights(self, scale: int) -> torch.Tensor:
        """Float32 (height, width) at `scale`: ramps over what is shared."""
        height, width = (end - begin for begin, end in (self.rows, self.columns))
        down = _ramps(height * scale, self.rise[0] * scale, self.fall[0] * scale)
        across = _ramps(width * scale, self.rise[1] * scale, self.fall[1] * scale)
        return down[:, None] * across[None]


def tile_spans(length: int, size: int, overlap: int) -> list[tuple[int, int]]:
    """Spans of at most `size` that cover `length`, each sharing at least `overlap` with the next.

    `overlap` is less than `size`; spans are spread evenly.
    """
    if length <= size:
        return [(0, length)]
    count = -(-(length - overlap) // (size - overlap))
    begins = [number * (length - size) // (count - 1) for number in range(count)]
    return [(begin, begin + size) for begin in begins]


def tiles_of(height: int, width: int, size: tuple[int, int], overlap: int) -> list[Tile]:
    """Tiles of at most `size` (rows, columns) over a picture; all sizes in latents."""
    rows = list(_neighboured(tile_spans(height, size[0], overlap)))
    columns = list(_neighboured(tile_spans(width, size[1], overlap)))
    return [
        Tile(down, across, (down_rise, across_rise), (down_fall, across_fall))
        for (down, down_rise, down_fall), (across, across_rise, across_fall) in product(
            rows, columns
        )
    ]


def blended(
    tiles: Iterable[Tile], work: Callable[[int, Tile], torch.Tensor], scale: int
) -> torch.Tensor:
    """The picture that `work(number, tile)` gives in tiles (..., h, w) at `scale`: float32, CPU."""
    whole, parts = None, [(number, tile) for number, tile in enumerate(tiles)]
    height = max(tile.rows[1] for _, tile in parts) * scale
    width = max(tile.columns[1] for _, tile in parts) * scale
    total = torch.zeros(height, width)
    for number, tile in parts:
        part, weights = work(number, tile).float().cpu(), tile.weights(scale)
        if whole is None:
            whole = torch.zeros(*part.shape[:-2], height, width)
        tile.of(whole, scale).add_(part * weights)
        tile.of(total, scale).add_(weights)
    if whole is None:
        raise ValueError("no tiles")
    return whole.div_(total)


def _neighboured(spans: list[tuple[int, int]]) -> Iterator[tuple[tuple[int, int], int, int]]:
    for number, (begin, end) in enumerate(spans):
        rise = spans[number - 1][1] - begin if number else 0
        fall = end - spans[number + 1][0] if number + 1 < len(spans) else 0
        yield (begin, end), rise, fall


def _ramps(length: int, rise: int, fall: int) -> torch.Tensor:
    """1, but for shared ends: their outer third, spoilt by the edge, is nothing; then they grow."""
    ramps = torch.ones(length)
    if rise:
        ramps[:rise] = _grown(rise)
    if fall:
        ramps[-fall:] = torch.minimum(ramps[-fall:], _grown(fall).flip(0))
    return ramps


def _grown(shared: int) -> torch.Tensor:
    spoilt = shared // 3
    grown = torch.ones(shared)
    grown[:spoilt] = 0
    middle = shared - 2 * spoilt
    grown[spoilt : spoilt + middle] = torch.linspace(0, 1, middle + 2)[1:-1]
    return grown
