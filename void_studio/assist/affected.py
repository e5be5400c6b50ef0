"""What the object did to the scene, without a model: where the plate differs from a draft of it.

The draft shows the place without the object, also around it. What differs there in a shadow-like or
reflection-like way, and goes with the object in time, is suggested. The cut on the difference, 0.09
of full scale, is the one by which ROSE (arXiv 2508.18633) tells side effects from a rendered pair;
a lower one, set by the noise that is found, takes their soft edges along.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from void_studio.assist.affected_tracks import Blob, kept_blobs
from void_studio.quadmask import fill_holes, grow, remove_specks

__all__ = ["AffectedCut", "DraftedFrame", "Suggestion", "suggest_affected"]

_SMOOTHING_PX = 1.5
_LEAST_AREA = 12
_NOISE_TIMES = 3.0
_LOWEST_CUT = 0.015
_FINE_PX = 2.0
_TEXTURED = 0.015
_ALIKE = 0.2

Matte = npt.NDArray[np.bool_]
Pixels = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class DraftedFrame:
    """A frame and its draft, R'G'B' float32 (height, width, 3), 0..1, one size for all frames.

    `remove` is the object's matte; `known` is where the draft shows something that another frame
    saw, outside of the object.
    """

    frame: int
    plate: Pixels
    draft: Pixels
    remove: Matte
    known: Matte


@dataclass(frozen=True, slots=True)
class AffectedCut:
    """`threshold` is the difference that starts a region, 0..1.

    `grow` widens the result, as a share of the longer side of the frame.
    """

    threshold: float = 0.09
    grow: float = 0.0052


@dataclass(frozen=True, slots=True, eq=False)
class Suggestion:
    """The suggested affected matte of a frame, boolean (height, width), outside of the object.

    `at_border` tells that it reaches the border of what the draft knows: it may go on beyond.
    """

    frame: int
    matte: Matte
    at_border: bool


def suggest_affected(
    frames: Iterable[DraftedFrame], cut: AffectedCut | None = None
) -> Iterator[Suggestion]:
    """A suggestion for every frame, in order; frames are read once, only bits of them are kept."""
    chosen = cut or AffectedCut()
    blobs = [_blob(frame, chosen) for frame in frames]
    kept = kept_blobs(blobs)
    for blob, matte in zip(blobs, kept, strict=True):
        yield _cleaned(blob, matte, chosen)


def _blob(frame: DraftedFrame, cut: AffectedCut) -> Blob:
    difference = _smooth_difference(frame)
    amount = np.abs(difference).max(axis=2)
    amount[~frame.known] = 0
    weak = np.greater(amount, _lower_cut(amount, frame.known, cut))
    strong = np.greater(amount, cut.threshold)
    return Blob.of(
        frame.frame,
        _like_effects(frame, _with_any(weak, strong), strong),
        frame.remove,
        frame.known,
    )


def _smooth_difference(frame: DraftedFrame) -> Pixels:
    """Plate less draft, averaged over what is known: grain and fine misregistration go."""
    import cv2

    known = frame.known.astype(np.float32)
    weight = cv2.GaussianBlur(known, (0, 0), _SMOOTHING_PX)
    masked = (frame.plate - frame.draft) * known[..., None]
    smooth = cv2.GaussianBlur(masked, (0, 0), _SMOOTHING_PX)
    return np.asarray(smooth / np.maximum(weight, 1e-3)[..., None], dtype=np.float32)


def _lower_cut(amount: Pixels, known: Matte, cut: AffectedCut) -> float:
    noise = float(np.median(amount[known])) if known.any() else 0.0
    return float(np.clip(_NOISE_TIMES * noise, _LOWEST_CUT, max(_LOWEST_CUT, cut.threshold / 2)))


def _with_any(weak: Matte, strong: Matte) -> Matte:
    """The connected parts of `weak` that hold something of `strong`."""
    import cv2

    count, labels = cv2.connectedComponents(weak.view(np.uint8), connectivity=8)
    chosen = np.zeros(count, np.bool_)
    chosen[np.unique(labels[strong & weak])] = True
    chosen[0] = False
    kept: Matte = chosen[labels]
    return remove_specks(kept, _LEAST_AREA)


def _like_effects(frame: DraftedFrame, parts: Matte, strong: Matte) -> Matte:
    """Without the parts that hide the place's texture: those are things, not shadows.

    Each is judged by its `strong` samples: the smoothing has spread it beyond what differs.
    """
    import cv2

    fine_plate, fine_draft = _fine(frame.plate), _fine(frame.draft)
    count, labels = cv2.connectedComponents(parts.view(np.uint8), connectivity=8)
    kept = np.ones(count, np.bool_)
    kept[0] = False
    for label in range(1, count):
        inside = (labels == label) & strong
        kept[label] = _shows_through(fine_plate[inside], fine_draft[inside])
    effects: Matte = kept[labels]
    return effects


def _shows_through(plate: Pixels, draft: Pixels) -> bool:
    """Whether the draft's texture, where it has any, is in the plate too."""
    texture = float(draft.std())
    if texture < _TEXTURED:
        return True
    plate, draft = plate - plate.mean(), draft - draft.mean()
    spread = float(plate.std()) * texture
    return spread <= 0 or float(np.mean(plate * draft)) / spread > _ALIKE


def _fine(pixels: Pixels) -> Pixels:
    import cv2

    grey = pixels.mean(axis=2)
    return np.asarray(grey - cv2.GaussianBlur(grey, (0, 0), _FINE_PX), dtype=np.float32)


def _cleaned(blob: Blob, matte: Matte, cut: AffectedCut) -> Suggestion:
    """Holes closed, specks gone, a little wider, the object itself left out."""
    import cv2

    remove = blob.remove()
    whole = fill_holes(remove_specks(matte, _LEAST_AREA) | remove) if matte.any() else matte
    wide = grow(whole & ~remove, cut.grow * max(matte.shape)) & ~remove
    inner = cv2.erode((blob.known() | remove).view(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return Suggestion(blob.frame, wide, bool((matte & ~inner).any()))
