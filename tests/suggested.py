"""The suggestion's whole way on a synthetic scene, in this process: draft, compare, measure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tests.media.touches import TouchedScene
from void_studio.assist import DraftedFrame, suggest_affected
from void_studio.engine import complete_params
from void_studio.engine.draft import DraftEngine
from void_studio.media import CanvasClip
from void_studio.quadmask import grow, pack

Matte = npt.NDArray[np.bool_]
_REACH_SIZES = 1.5


@dataclass(frozen=True)
class Searched:
    """A drafted frame and what is true in it."""

    frame: DraftedFrame
    truth: Matte


@dataclass(frozen=True)
class Found:
    recall: float
    precision: float


def searched(scene: TouchedScene) -> Iterator[Searched]:
    """Every frame beside a draft of the place around the object."""
    plates = [scene.plate(frame) for frame in range(scene.frames)]
    removes = [grow(scene.object_matte(frame), 2) for frame in range(scene.frames)]
    reach = _REACH_SIZES * float(np.median([np.flatnonzero(m.any(axis=0)).size for m in removes]))
    arounds = [grow(remove, reach) & ~remove for remove in removes]
    clip = CanvasClip.from_arrays(plates, list(map(pack, removes, arounds)))
    engine = DraftEngine()
    params = complete_params(engine.info().params, {"blend": 0, "margin": 0})
    patches = engine.run(
        clip, "", params, resume=None, on_event=lambda _: None, cancelled=lambda: False
    )
    for patch in patches:
        plate = (plates[patch.frame] / 65535).astype(np.float32)
        draft, known = plate.copy(), np.zeros(scene.extent.shape, np.bool_)
        draft[patch.rect.slices] = patch.pixels / 65535
        known[patch.rect.slices] = patch.confidence > 0
        known &= arounds[patch.frame]
        remove = removes[patch.frame]
        frame = DraftedFrame(patch.frame, plate, draft, remove, known)
        yield Searched(frame, scene.touched_matte(patch.frame) & ~remove)


def suggestions(frames: Iterable[Searched]) -> Iterator[tuple[Matte, Matte]]:
    """Suggested and true mattes."""
    truths: list[Matte] = []

    def noted() -> Iterator[DraftedFrame]:
        for item in frames:
            truths.append(item.truth)
            yield item.frame

    for suggestion, truth in zip(list(suggest_affected(noted())), truths, strict=True):
        yield suggestion.matte, truth


def share_found(pairs: Iterable[tuple[Matte, Matte]]) -> Found:
    hits = suggested = wanted = 0
    for matte, truth in pairs:
        hits += int(np.count_nonzero(matte & truth))
        suggested += int(np.count_nonzero(matte))
        wanted += int(np.count_nonzero(truth))
    return Found(hits / max(1, wanted), hits / max(1, suggested))
