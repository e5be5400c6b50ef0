"""VOID as engines of the studio: pass 1, and both passes. Torch is imported when a job runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar

from void_studio.engine.params import ParamSpec, ParamValue
from void_studio.engine.protocol import (
    DeviceLost,
    EngineInfo,
    Exactness,
    Log,
    OnEvent,
    Patch,
    Progress,
    Stage,
)
from void_studio.engine.void.params import SECOND_SPECS, SPECS, VoidParams
from void_studio.engine.void.places import find_weights
from void_studio.engine.void.plan import CANVAS
from void_studio.engine.void.plans import check_allowed
from void_studio.media import CanvasClip
from void_studio.quadmask import fill_of

if TYPE_CHECKING:
    from void_studio.engine.void.pipeline import VoidPipeline

__all__ = ["VoidBothPasses", "VoidEngine"]


class VoidEngine:
    """Pass 1. Its models are loaded by the first job and stay for the next ones."""

    _id: ClassVar[str] = "void"
    _title: ClassVar[str] = "VOID: removes an object and what it did to the scene"
    _passes: ClassVar[int] = 1
    _params: ClassVar[tuple[ParamSpec, ...]] = SPECS

    def __init__(self) -> None:
        """Find the weights. Raises NotPresent, saying how to get them, where they are missing."""
        self._weights = find_weights(self._passes)
        self._loaded: VoidPipeline | None = None

    def info(self) -> EngineInfo:
        """Facts about the engine."""
        return EngineInfo(
            id=self._id,
            title=self._title,
            canvas=CANVAS,
            params=self._params,
            licence="Apache-2.0",
            weights_licence="see the model pages of alibaba-pai and netflix on huggingface.co",
            needs_prompt=True,
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
        """A patch of the whole canvas for every frame with a fill, in order; see `Engine.run`."""
        checked = VoidParams.of(params)
        check_allowed(checked, allow)
        filled = [bool(fill_of(clip.quadmask(frame)).any()) for frame in range(len(clip))]
        if not any(filled):
            return
        if clip.extent != CANVAS:
            on_event(Log(f"the model was not trained on a canvas of {clip.extent}"))
        from void_studio.engine.void.prepare import check_clip, check_fresh

        check_fresh(check_clip(clip), checked.fresh)
        pipeline = self._pipeline(on_event)
        patches = pipeline.fill(
            clip,
            prompt,
            checked,
            allow=allow,
            resume=resume,
            on_event=on_event,
            cancelled=cancelled,
        )
        try:
            yield from (patch for patch in patches if filled[patch.frame])
        except DeviceLost:
            self._loaded = None
            raise
        on_event(Progress(checked.all_steps, checked.all_steps))

    def _pipeline(self, on_event: OnEvent) -> VoidPipeline:
        if self._loaded is None:
            import torch

            from void_studio.engine.void.pipeline import VoidPipeline

            on_event(Stage("loading the models"))
            first, *second = self._weights.checkpoints
            on_gpu = torch.cuda.is_available()
            self._loaded = VoidPipeline.load(
                self._weights.base,
                first,
                second=second[0] if second else None,
                device="cuda" if on_gpu else "cpu",
                dtype=torch.bfloat16 if on_gpu else torch.float32,
            )
            took = self._loaded.models.seconds.items()
            on_event(Log("loaded: " + ", ".join(f"{name} {spent:.1f} s" for name, spent in took)))
        return self._loaded


class VoidBothPasses(VoidEngine):
    """Pass 1, then pass 2 from noise that moves as pass 1's result does."""

    _id = "void:2"
    _title = "VOID, both passes: steadier in motion"
    _passes = 2
    _params = SECOND_SPECS
