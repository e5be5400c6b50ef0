"""Which differing parts go with the object: they touch it, or keep it company, for some frames."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from void_studio.assist.shifting import shifted
from void_studio.core import Extent

__all__ = ["Blob", "kept_blobs"]

_LEAST_FRAMES = 3
_NEAR_SIZES = 0.25
_SLACK_PX = 3
_COMPANY = 0.6
_WANDER_SIZES = 0.6

Matte = npt.NDArray[np.bool_]
Node = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Blob:
    """One frame's differing parts, object and known region, packed small."""

    frame: int
    extent: Extent
    _parts: bytes = field(repr=False)
    _remove: bytes = field(repr=False)
    _known: bytes = field(repr=False)

    @classmethod
    def of(cls, frame: int, parts: Matte, remove: Matte, known: Matte) -> Blob:
        """Keep three mattes of one size."""
        extent = Extent(parts.shape[1], parts.shape[0])
        bits = [zlib.compress(np.packbits(matte).tobytes(), 1) for matte in (parts, remove, known)]
        return cls(frame, extent, *bits)

    def parts(self) -> Matte:
        """Where the frame differs."""
        return self._expanded(self._parts)

    def remove(self) -> Matte:
        """The object."""
        return self._expanded(self._remove)

    def known(self) -> Matte:
        """Where the draft knows the place."""
        return self._expanded(self._known)

    def _expanded(self, bits: bytes) -> Matte:
        flat = np.unpackbits(
            np.frombuffer(zlib.decompress(bits), np.uint8), count=self.extent.rect.area
        )
        return flat.view(np.bool_).reshape(self.extent.shape)


@dataclass(slots=True)
class _Track:
    """Parts of several frames that belong together, and how they lie to the object."""

    frames: set[int] = field(default_factory=set)
    touches: bool = False
    offsets: list[tuple[float, float]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class _Parts:
    """A frame's parts by label, 1 and up, with the middle and size of the object."""

    labels: npt.NDArray[np.int32]
    middles: npt.NDArray[np.float64]
    near: frozenset[int]
    object_middle: tuple[float, float]
    object_size: float

    @classmethod
    def of(cls, blob: Blob) -> _Parts:
        import cv2

        _, labels, _, middles = cv2.connectedComponentsWithStats(
            blob.parts().view(np.uint8), connectivity=8
        )
        remove = blob.remove()
        area = int(np.count_nonzero(remove))
        size = float(np.sqrt(area))
        rows, columns = np.nonzero(remove)
        middle = (float(columns.mean()), float(rows.mean())) if area else (0.0, 0.0)
        reach = round(_NEAR_SIZES * size) + _SLACK_PX
        around = cv2.dilate(remove.view(np.uint8), _disc(reach)) > 0
        near = frozenset(int(label) for label in np.unique(labels[around]) if label)
        centres = np.asarray(middles, np.float64)
        return cls(np.asarray(labels, np.int32), centres, near, middle, size)


def kept_blobs(blobs: Sequence[Blob]) -> Iterator[Matte]:
    """For each frame, in order, the parts that go with the object.

    Parts of neighbouring frames that overlap, allowing for the object's own step, are one track. A
    track counts when it lasts three frames and touches the object in one, or when it keeps its
    place beside the object for most of the frames.
    """
    parents: dict[Node, Node] = {}
    tracks: dict[Node, _Track] = {}
    before: _Parts | None = None
    for index, blob in enumerate(blobs):
        parts = _Parts.of(blob)
        for label in range(1, len(parts.middles)):
            parents[index, label] = (index, label)
            tracks[index, label] = _single(index, label, parts)
        if before is not None:
            for earlier, later in _overlaps(before, parts):
                _join(parents, tracks, (index - 1, earlier), (index, later))
        before = parts
    sizes = [float(np.sqrt(np.count_nonzero(blob.remove()))) for blob in blobs]
    with_object = sum(size > 0 for size in sizes)
    size = float(np.median(sizes)) if sizes else 0.0
    good = {node for node, track in tracks.items() if _goes_along(track, with_object, size)}
    for index, blob in enumerate(blobs):
        yield _chosen(blob, index, parents, good)


def _single(index: int, label: int, parts: _Parts) -> _Track:
    x, y = parts.middles[label]
    offset = (float(x) - parts.object_middle[0], float(y) - parts.object_middle[1])
    return _Track({index}, label in parts.near, [offset])


def _overlaps(before: _Parts, after: _Parts) -> set[tuple[int, int]]:
    """Labels that meet when the earlier parts step with the object, or stay."""
    step = [
        round(after.object_middle[axis] - before.object_middle[axis])
        if before.object_size and after.object_size
        else 0
        for axis in (0, 1)
    ]
    pairs: set[tuple[int, int]] = set()
    for dx, dy in {(0, 0), (step[0], step[1])}:
        moved = shifted(before.labels, dx, dy)
        both = (moved > 0) & (after.labels > 0)
        found = np.unique(np.stack([moved[both], after.labels[both]], axis=1), axis=0)
        pairs |= {(int(first), int(second)) for first, second in found}
    return pairs


def _root(parents: dict[Node, Node], node: Node) -> Node:
    while parents[node] != node:
        parents[node] = parents[parents[node]]
        node = parents[node]
    return node


def _join(parents: dict[Node, Node], tracks: dict[Node, _Track], first: Node, second: Node) -> None:
    one, other = _root(parents, first), _root(parents, second)
    if one == other:
        return
    parents[other] = one
    gone = tracks.pop(other)
    kept = tracks[one]
    kept.frames |= gone.frames
    kept.touches |= gone.touches
    kept.offsets += gone.offsets


def _goes_along(track: _Track, frames: int, object_size: float) -> bool:
    least = min(_LEAST_FRAMES, frames)
    if len(track.frames) < least or not frames:
        return False
    if track.touches:
        return True
    wander = float(np.std(np.array(track.offsets), axis=0).max())
    return len(track.frames) >= _COMPANY * frames and wander <= _WANDER_SIZES * object_size


def _chosen(blob: Blob, index: int, parents: dict[Node, Node], good: set[Node]) -> Matte:
    import cv2

    count, labels = cv2.connectedComponents(blob.parts().view(np.uint8), connectivity=8)
    keep = np.zeros(count, np.bool_)
    for label in range(1, count):
        keep[label] = _root(parents, (index, label)) in good
    chosen: Matte = keep[labels]
    return chosen


def _disc(radius: int) -> npt.NDArray[np.uint8]:
    import cv2

    size = 2 * radius + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)), np.uint8)
