"""The VOID pipeline: models loaded once, clips filled one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

import numpy as np
import torch

from void_studio.core import UsageError
from void_studio.engine.protocol import OnEvent, Patch
from void_studio.engine.void.models import Models
from void_studio.engine.void.params import VoidParams
from void_studio.engine.void.run import Run
from void_studio.media import CanvasClip

__all__ = ["VoidPipeline"]


class VoidPipeline:
    """Fills clips with models that stay loaded, on one device."""

    def __init__(self, models: Models) -> None:
        self.models = models

    @classmethod
    def load(
        cls,
        base_dir: Path,
        checkpoint: Path,
        *,
        second: Path | None = None,
        device: str | torch.device,
        dtype: torch.dtype,
        plan: str = "auto",
    ) -> VoidPipeline:
        """The base model in `base_dir`, a checkpoint of pass 1, and one of pass 2 where wanted.

        `dtype` is that of all models. Raises NotPresent where weights are missing, BadInput where
        they are damaged or not safetensors, Refused where no plan fits the device.
        """
        checkpoints = (Path(checkpoint),) if second is None else (Path(checkpoint), Path(second))
        models = Models.load(
            Path(base_dir), checkpoints, device=torch.device(device), dtype=dtype, plan=plan
        )
        return cls(models)

    def fill(
        self,
        clip: CanvasClip,
        prompt: str,
        params: VoidParams,
        *,
        resume: bytes | None = None,
        on_event: OnEvent,
        cancelled: Callable[[], bool],
    ) -> Iterator[Patch]:
        """One patch of the whole canvas for every frame of the clip, in order, uint16.

        Frames farther than a window from anything to fill are given back as they are. `resume` is
        the state of a Checkpoint of an equal job: what follows is what would have followed. Raises
        UsageError or Refused for a clip that can not be worked on, Cancelled soon after
        `cancelled()` turns true, JobFailed where the model's numbers are not finite.
        """
        if params.passes > len(self.models.passes):
            raise UsageError("pass 2 is asked for and its weights are not loaded")
        run = Run(self.models, clip, prompt, params, on_event, cancelled)
        filled = run.filled(resume)
        pixels = chain([next(filled)], filled)
        yield from (_copied(clip, frame) for frame in range(run.frames.start))
        for frame in run.frames:
            full = torch.round(next(pixels) * np.iinfo(np.uint16).max)
            yield Patch(frame, clip.extent.rect, full.numpy().astype(np.uint16))
        yield from (_copied(clip, frame) for frame in range(run.frames.stop, len(clip)))

    def frames(
        self, clip: CanvasClip, prompt: str, params: VoidParams, *, on_event: OnEvent
    ) -> Iterator[torch.Tensor]:
        """The filled frames as the decoder gives them: float32 (H, W, 3) in 0..1."""
        return Run(self.models, clip, prompt, params, on_event, lambda: False).filled(None)


def _copied(clip: CanvasClip, frame: int) -> Patch:
    pixels = clip.pixels(frame)
    full = pixels if pixels.dtype == np.uint16 else pixels.astype(np.uint16) * 257
    return Patch(frame, clip.extent.rect, full)
