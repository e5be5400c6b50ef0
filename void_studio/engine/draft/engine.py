"""The draft engine itself: survey, fill, blend, hand out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence

import cv2
import numpy as np
import numpy.typing as npt

from void_studio.core import BadInput, Rect
from void_studio.engine.draft.filled import Filled
from void_studio.engine.draft.locked import fill_locked
from void_studio.engine.draft.moving import fill_moving
from void_studio.engine.draft.params import SPECS, DraftParams
from void_studio.engine.draft.seam import blended
from void_studio.engine.draft.survey import Survey, survey_clip
from void_studio.engine.draft.unseen import inpaint
from void_studio.engine.params import ParamValue
from void_studio.engine.protocol import (
    NATIVE,
    Checkpoint,
    EngineInfo,
    Exactness,
    Log,
    OnEvent,
    Patch,
    Preview,
    Progress,
    Stage,
)
from void_studio.media import CanvasClip

__all__ = ["DraftEngine"]

_PREVIEW_EVERY = 4
_SCHEMA = "draft.1"


class DraftEngine:
    """Borrows what the object hides from frames that show it, aligned and matched to the frame."""

    def info(self) -> EngineInfo:
        """Facts about the engine."""
        return EngineInfo(
            id="draft",
            title="Draft: borrow from other frames",
            canvas=NATIVE,
            params=SPECS,
            licence="Apache-2.0",
            weights_licence="",
            needs_prompt=False,
        )

    def run(
        self,
        clip: CanvasClip,
        prompt: str,
        params: Mapping[str, ParamValue],
        *,
        allow: Exactness = Exactness.EXACT,
        resume: bytes | None,
        on_event: OnEvent,
        cancelled: Callable[[], bool],
    ) -> Iterator[Patch]:
        """One patch for every frame with a fill, in order; see `Engine.run`.

        A patch covers the bounding rectangle of the fill and `margin` px around it. `prompt` and
        `allow` say nothing to this engine.
        """
        del prompt, allow
        checked = DraftParams.of(params)
        done = 0 if resume is None else _decoded(resume)
        on_event(Stage("aligning"))
        survey = _surveyed(clip, checked, on_event, cancelled)
        targets = [target for target in survey.targets if checked.fills(target)]
        for number, filled in enumerate(
            _fills(clip, survey, checked, targets[done:], on_event, cancelled)
        ):
            patch = _patch(clip, survey, checked, filled)
            at = done + number
            if at % _PREVIEW_EVERY == 0:
                on_event(Preview(patch.frame, _preview(filled, patch, clip)))
            yield patch
            on_event(Progress(len(clip) + at + 1, len(clip) + len(targets)))
            on_event(Checkpoint(_encoded(at + 1), at + 1))


def _surveyed(
    clip: CanvasClip, params: DraftParams, on_event: OnEvent, cancelled: Callable[[], bool]
) -> Survey:
    survey = survey_clip(
        clip,
        params.camera,
        cancelled=cancelled,
        on_progress=lambda done, total: on_event(Progress(done, 2 * total)),
    )
    camera = "stands still" if survey.locked else "moves"
    on_event(
        Log(
            f"the camera {camera}; {survey.chain.degenerate} of {len(clip)} frames could not be "
            f"tracked; {len(survey.targets)} frames to fill"
        )
    )
    return survey


def _fills(
    clip: CanvasClip,
    survey: Survey,
    params: DraftParams,
    todo: Sequence[int],
    on_event: OnEvent,
    cancelled: Callable[[], bool],
) -> Iterator[Filled]:
    if not todo:
        return iter(())
    on_event(Stage("filling from a still plate" if survey.locked else "borrowing"))
    fill = fill_locked if survey.locked else fill_moving
    return fill(clip, survey, params, frozenset(todo), cancelled=cancelled)


def _patch(clip: CanvasClip, survey: Survey, params: DraftParams, filled: Filled) -> Patch:
    target = filled.target
    pixels = blended(target, filled.pixels, filled.known, blend=params.blend, margin=params.margin)
    inpaint(pixels, target.fill & ~filled.known, target.own | (target.fill & filled.known))
    rect = survey.holes[target.frame].grown(params.margin).intersect(clip.extent.rect)
    rows, columns = rect.shifted(-target.rect.x, -target.rect.y).slices
    sure = np.where(target.fill, filled.confidence, 255).astype(np.uint8)
    return Patch(
        target.frame,
        rect,
        np.ascontiguousarray(pixels[rows, columns]),
        np.ascontiguousarray(sure[rows, columns]),
    )


def _preview(filled: Filled, patch: Patch, clip: CanvasClip) -> npt.NDArray[np.uint8]:
    """The whole frame, small, with its patch in place."""
    image = filled.target.thumbnail.copy()
    rect, extent = patch.rect, clip.extent
    height, width = image.shape[:2]
    small = Rect.of(
        rect.x * width // extent.width,
        rect.y * height // extent.height,
        max(1, rect.right * width // extent.width),
        max(1, rect.bottom * height // extent.height),
    ).intersect(Rect(0, 0, width, height))
    if small.area:
        pixels = cv2.resize(patch.pixels, (small.width, small.height), interpolation=cv2.INTER_AREA)
        image[small.slices] = cv2.convertScaleAbs(pixels, alpha=1 / 257)
    return image


def _encoded(done: int) -> bytes:
    return json.dumps({"schema": _SCHEMA, "done": done}).encode()


def _decoded(state: bytes) -> int:
    """How many targets are done. Raises BadInput for a state that `_encoded` did not make."""
    try:
        value = json.loads(state)
        done = value["done"]
        if value["schema"] != _SCHEMA or type(done) is not int or done < 0:
            raise ValueError("schema or count")
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput(f"a draft checkpoint is malformed ({error})", hint="start again") from error
    return done
