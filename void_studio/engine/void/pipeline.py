"""The VOID pipeline: models loaded once, clips filled one after the other."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

import numpy as np
import torch

from void_studio.core import UsageError
from void_studio.engine.protocol import DeviceLost, Exactness, OnEvent, Patch
from void_studio.engine.void.models import Models
from void_studio.engine.void.params import AUTO, VoidParams
from void_studio.engine.void.plans import check_allowed
from void_studio.engine.void.run import Run
from void_studio.media import CanvasClip

__all__ = ["VoidPipeline"]


class VoidPipeline:
    """Fills clips with models that stay loaded, on one device."""

    def __init__(self, models: Models, *, plan: str = AUTO) -> None:
        self.models = models
        self._plan = plan

    @classmethod
    def load(
        cls,
        base_dir: Path,
        checkpoint: Path,
        *,
        second: Path | None = None,
        device: str | torch.device,
        dtype: torch.dtype,
        plan: str = AUTO,
    ) -> VoidPipeline:
        """The base model in `base_dir`, a checkpoint of pass 1, and one of pass 2 where wanted.

        `dtype` is that of all models; `plan` is used for clips whose parameters name none. Raises
        NotPresent where weights are missing, BadInput where they are damaged, not safetensors, or
        not made for each other.
        """
        checkpoints = (Path(checkpoint),) if second is None else (Path(checkpoint), Path(second))
        models = Models.load(Path(base_dir), checkpoints, device=torch.device(device), dtype=dtype)
        return cls(models, plan=plan)

    def fill(
        self,
        clip: CanvasClip,
        prompt: str,
        params: VoidParams,
        *,
        allow: Exactness = Exactness.EXACT,
        resume: bytes | None = None,
        on_event: OnEvent,
        cancelled: Callable[[], bool],
    ) -> Iterator[Patch]:
        """One patch of the whole canvas for every frame of the clip, in order, uint16.

        The model was trained on a canvas of 672x384 and windows of 85 frames, and its makers
        render clips of up to 197. Longer clips go on in the same windows, blended at every step:
        nothing but the overlaps carries what was made at one end to the other. Pass 2 over more
        than one window is outside of what its makers could run, too.

        Frames farther than a window from anything to fill are given back as they are. `resume` is
        the state of a Checkpoint of an equal job: what follows is what would have followed. Raises
        UsageError or Refused for a clip that can not be worked on or what `allow` does not permit,
        Cancelled soon after `cancelled()` turns true, JobFailed where the model's numbers are not
        finite, DeviceLost where the device stopped computing.
        """
        if params.passes > len(self.models.passes):
            raise UsageError("pass 2 is asked for and its weights are not loaded")
        check_allowed(params, allow)
        run = Run(
            self.models, clip, prompt, self._planned(params), on_event, cancelled, allow=allow
        )
        try:
            yield from self._patches(run, clip, resume)
        except torch.AcceleratorError as error:
            raise DeviceLost(
                f"{self.models.device_name} stopped computing ({str(error).splitlines()[0]})",
                hint="see the system's log; the job can be started again",
            ) from error

    def _patches(self, run: Run, clip: CanvasClip, resume: bytes | None) -> Iterator[Patch]:
        filled = run.filled(resume)
        pixels = chain([next(filled)], filled)
        yield from (_copied(clip, frame) for frame in range(run.frames.start))
        for frame in run.frames:
            full = torch.round(next(pixels) * np.iinfo(np.uint16).max)
            yield Patch(frame, clip.extent.rect, full.numpy().astype(np.uint16))
        deque(pixels, maxlen=0)
        yield from (_copied(clip, frame) for frame in range(run.frames.stop, len(clip)))

    def _planned(self, params: VoidParams) -> VoidParams:
        return params if params.plan != AUTO else replace(params, plan=self._plan)

    def frames(
        self, clip: CanvasClip, prompt: str, params: VoidParams, *, on_event: OnEvent
    ) -> Iterator[torch.Tensor]:
        """The filled frames as the decoder gives them: float32 (H, W, 3) in 0..1."""
        run = Run(self.models, clip, prompt, self._planned(params), on_event, lambda: False)
        return run.filled(None)


def _copied(clip: CanvasClip, frame: int) -> Patch:
    pixels = clip.pixels(frame)
    full = pixels if pixels.dtype == np.uint16 else pixels.astype(np.uint16) * 257
    return Patch(frame, clip.extent.rect, full)
