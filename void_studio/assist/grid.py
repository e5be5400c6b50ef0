"""The numbered grid over a frame by which a reasoner says where things are."""

from __future__ import annotations

from dataclasses import dataclass

from void_studio.core import Extent, Rect

__all__ = ["Cell", "Grid", "GridBox"]

_LEAST = 8


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """A cell by row from the top and column from the left, both from 0."""

    row: int
    column: int


@dataclass(frozen=True, slots=True)
class GridBox:
    """`rows` x `columns` cells whose top left one is (`row`, `column`)."""

    row: int
    column: int
    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class Grid:
    """`rows` x `columns` cells over a frame, about square."""

    rows: int
    columns: int

    @classmethod
    def of(cls, extent: Extent) -> Grid:
        """Eight cells along the shorter side, as the VOID research code lays it."""
        short, long = sorted((extent.width, extent.height))
        more = max(_LEAST, round(_LEAST * long / short))
        wide = extent.width >= extent.height
        return cls(_LEAST, more) if wide else cls(more, _LEAST)

    def has(self, cell: Cell) -> bool:
        """Whether the cell is in the grid."""
        return 0 <= cell.row < self.rows and 0 <= cell.column < self.columns

    def holds(self, box: GridBox) -> bool:
        """Whether the whole box is in the grid and has cells."""
        return (
            min(box.row, box.column) >= 0
            and min(box.rows, box.columns) >= 1
            and box.row + box.rows <= self.rows
            and box.column + box.columns <= self.columns
        )

    def rect(self, box: GridBox, extent: Extent) -> Rect:
        """The samples of a box in a frame of `extent`; neighbours share no sample."""
        return Rect.of(
            box.column * extent.width // self.columns,
            box.row * extent.height // self.rows,
            (box.column + box.columns) * extent.width // self.columns,
            (box.row + box.rows) * extent.height // self.rows,
        )

    def cell_rect(self, cell: Cell, extent: Extent) -> Rect:
        """The samples of one cell."""
        return self.rect(GridBox(cell.row, cell.column, 1, 1), extent)
