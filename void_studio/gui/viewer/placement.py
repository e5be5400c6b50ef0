"""Where the plate lies in the viewer, in device pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from void_studio.core import Extent, Rect

__all__ = ["HIGHEST_ZOOM", "LOWEST_ZOOM", "Placement"]

LOWEST_ZOOM, HIGHEST_ZOOM = 1 / 64, 64.0

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Placement:
    """Maps plate pixels to device pixels of a viewport; 1.0 of `zoom` is 100 %.

    `zoom` is device pixels to one line of the plate; along a line there are `zoom * aspect`.
    `left` and `top` are where the plate's corner lies. Plate sample i covers [i, i + 1), device
    pixels likewise. From 100 % on the corner is on a whole device pixel.
    """

    extent: Extent
    viewport: Extent
    aspect: float = 1.0
    zoom: float = 1.0
    left: float = 0.0
    top: float = 0.0

    @property
    def zoom_x(self) -> float:
        """Device pixels to one sample along a line."""
        return self.zoom * self.aspect

    def to_plate(self, x: float, y: float) -> Point:
        """The plate position under a device position."""
        return ((x - self.left) / self.zoom_x, (y - self.top) / self.zoom)

    def to_device(self, x: float, y: float) -> Point:
        """The device position of a plate position."""
        return (x * self.zoom_x + self.left, y * self.zoom + self.top)

    def device_rect(self, rect: Rect, *, margin: int = 0) -> Rect:
        """Device pixels that show any of the plate's `rect`, and `margin` more, in the viewport."""
        return self.spread_of(rect).grown(margin).intersect(self.viewport.rect)

    def spread_of(self, rect: Rect) -> Rect:
        """Device pixels that would show any of the plate's `rect`, in the viewport or not."""
        left, top = self.to_device(rect.x, rect.y)
        right, bottom = self.to_device(rect.right, rect.bottom)
        return Rect.of(math.floor(left), math.floor(top), math.ceil(right), math.ceil(bottom))

    def plate_rect(self, rect: Rect, *, margin: int = 0) -> Rect:
        """Plate samples that lie under device `rect`, and `margin` more, inside the plate."""
        left, top = self.to_plate(rect.x, rect.y)
        right, bottom = self.to_plate(rect.right, rect.bottom)
        touched = Rect.of(
            math.floor(left), math.floor(top), math.ceil(right), math.ceil(bottom)
        ).grown(margin)
        return touched.intersect(self.extent.rect)

    def fitted(self) -> Placement:
        """As large as the viewport allows, in its middle."""
        width = self.viewport.width / max(1.0, self.extent.width * self.aspect)
        height = self.viewport.height / max(1, self.extent.height)
        zoom = min(HIGHEST_ZOOM, max(LOWEST_ZOOM, min(width, height)))
        return replace(self, zoom=zoom).centred()

    def centred(self) -> Placement:
        """With the plate's middle in the viewport's middle."""
        left = (self.viewport.width - self.extent.width * self.zoom_x) / 2
        top = (self.viewport.height - self.extent.height * self.zoom) / 2
        return replace(self, left=left, top=top).settled()

    def zoomed(self, zoom: float, x: float, y: float) -> Placement:
        """At another zoom, with what is under the device position staying there."""
        at = self.to_plate(x, y)
        made = replace(self, zoom=min(HIGHEST_ZOOM, max(LOWEST_ZOOM, zoom)))
        left, top = x - at[0] * made.zoom_x, y - at[1] * made.zoom
        return replace(made, left=left, top=top).settled()

    def moved(self, dx: float, dy: float) -> Placement:
        """Shifted by device pixels; some of the plate always stays in view."""
        shown_x, shown_y = self.extent.width * self.zoom_x, self.extent.height * self.zoom
        keep = 32.0
        left = min(self.viewport.width - keep, max(keep - shown_x, self.left + dx))
        top = min(self.viewport.height - keep, max(keep - shown_y, self.top + dy))
        return replace(self, left=left, top=top).settled()

    def resized(self, viewport: Extent) -> Placement:
        """In another viewport, with the same plate position in its middle."""
        dx = (viewport.width - self.viewport.width) / 2
        dy = (viewport.height - self.viewport.height) / 2
        moved = replace(self, viewport=viewport, left=self.left + dx, top=self.top + dy)
        return moved.settled()

    def settled(self) -> Placement:
        """With the corner on a whole device pixel."""
        return replace(self, left=float(round(self.left)), top=float(round(self.top)))
