"""Sizes and rectangles in whole samples, origin top left."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Extent", "Rect"]


@dataclass(frozen=True, slots=True)
class Extent:
    """Width and height in samples."""

    width: int
    height: int

    @property
    def shape(self) -> tuple[int, int]:
        """(height, width), as numpy has it."""
        return (self.height, self.width)

    @property
    def rect(self) -> Rect:
        """The whole of it."""
        return Rect(0, 0, self.width, self.height)

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


@dataclass(frozen=True, slots=True)
class Rect:
    """`width` x `height` samples whose top left sample is (`x`, `y`). May be empty."""

    x: int
    y: int
    width: int
    height: int

    @classmethod
    def of(cls, left: int, top: int, right: int, bottom: int) -> Rect:
        """From edges; right and bottom are one past the last sample."""
        return cls(left, top, max(0, right - left), max(0, bottom - top))

    @property
    def right(self) -> int:
        """One past the last column."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """One past the last row."""
        return self.y + self.height

    @property
    def area(self) -> int:
        """Number of samples."""
        return self.width * self.height

    @property
    def extent(self) -> Extent:
        """Its size."""
        return Extent(self.width, self.height)

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns, to index an array with."""
        return (slice(self.y, self.bottom), slice(self.x, self.right))

    def intersect(self, other: Rect) -> Rect:
        """The samples in both; an empty rectangle when they do not meet."""
        return Rect.of(
            max(self.x, other.x),
            max(self.y, other.y),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )

    def union(self, other: Rect) -> Rect:
        """The smallest rectangle around both; an empty one adds nothing."""
        if not other.area:
            return self
        if not self.area:
            return other
        return Rect.of(
            min(self.x, other.x),
            min(self.y, other.y),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def grown(self, by: int) -> Rect:
        """This rectangle with `by` samples more on every side."""
        return Rect(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)

    def shifted(self, dx: int, dy: int) -> Rect:
        """This rectangle moved."""
        return Rect(self.x + dx, self.y + dy, self.width, self.height)
