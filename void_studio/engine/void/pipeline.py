"""The VOID pipeline: models loaded once, clips filled one after the other."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch

from void_studio.core import Cancelled, digest_json
from void_studio.engine.protocol import (
    Checkpoint,
    Log,
    OnEvent,
    Patch,
    Preview,
    Progress,
    Stage,
)
from void_studio.engine.void.denoise import Guide, Step, denoise, initial_noise
from void_studio.engine.void.memory import MemoryPlan, chosen_plan, lent
from void_studio.engine.void.params import VoidParams
from void_studio.engine.void.prepare import Span, check_clip, mask_frames, noise_of, plate_frames
from void_studio.engine.void.schedulers import load_scheduler
from void_studio.engine.void.state import State
from void_studio.engine.void.text import MAX_TOKENS, TextEncoder
from void_studio.engine.void.transformer import Denoiser, load_transformer
from void_studio.engine.void.vae import VoidAutoencoder, load_vae
from void_studio.engine.void.windows import latent_count, padded_length, plan_windows, trimmed
from void_studio.media import CanvasClip

__all__ = ["VoidPipeline"]

_CHECKPOINT_STEPS = 5
_CHECKPOINT_SECONDS = 60.0
_SPACE = 8
_CHANNELS = 16


@dataclass(frozen=True, slots=True, eq=False)
class VoidPipeline:
    """Models of pass 1 on one device. `seconds` says how long each component took to load."""

    text: TextEncoder
    vae: VoidAutoencoder
    denoiser: Denoiser
    scheduler: Any
    device: torch.device
    dtype: torch.dtype
    plan: MemoryPlan
    checkpoint: str
    seconds: dict[str, float] = field(default_factory=dict)

    @classmethod
    def load(
        cls,
        base_dir: Path,
        checkpoint: Path,
        *,
        device: str | torch.device,
        dtype: torch.dtype,
        plan: str = "auto",
    ) -> VoidPipeline:
        """The base model in `base_dir` with a checkpoint of pass 1 over its transformer.

        `dtype` is that of all models. Raises NotPresent where weights are missing, BadInput where
        they are damaged or not safetensors, Refused where no plan fits the device.
        """
        base, over, where = Path(base_dir), Path(checkpoint), torch.device(device)
        chosen = chosen_plan(plan, where)
        seconds: dict[str, float] = {}
        denoiser = _timed(
            seconds,
            "transformer",
            lambda: load_transformer(base / "transformer", over, dtype=dtype),
        )
        vae = _timed(seconds, "vae", lambda: load_vae(base / "vae", dtype=dtype))
        text = _timed(seconds, "text", lambda: TextEncoder(base, dtype=dtype))
        scheduler = load_scheduler(base, model_pass=1)
        name = f"{over.name} {over.stat().st_size}"
        return cls(text, vae, denoiser, scheduler, where, dtype, chosen, name, seconds)

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
        run = _Run(self, clip, prompt, params, on_event, cancelled)
        yield from (_copied(clip, frame) for frame in range(run.frames.start))
        for offset, pixels in enumerate(run.filled(resume)):
            full = torch.round(pixels * np.iinfo(np.uint16).max).numpy().astype(np.uint16)
            yield Patch(run.frames.start + offset, clip.extent.rect, full)
        yield from (_copied(clip, frame) for frame in range(run.frames.stop, len(clip)))

    def frames(
        self, clip: CanvasClip, prompt: str, params: VoidParams, *, on_event: OnEvent
    ) -> Iterator[torch.Tensor]:
        """The filled frames as the decoder gives them: float32 (H, W, 3) in 0..1."""
        yield from _Run(self, clip, prompt, params, on_event, lambda: False).filled(None)


class _Run:
    """One clip on its way through the stages."""

    def __init__(
        self,
        pipeline: VoidPipeline,
        clip: CanvasClip,
        prompt: str,
        params: VoidParams,
        on_event: OnEvent,
        cancelled: Callable[[], bool],
    ) -> None:
        self._pipeline, self._prompt, self._params = pipeline, prompt, params
        self._on_event, self._cancelled = on_event, cancelled
        self.frames = trimmed(check_clip(clip), params.window)
        count = len(self.frames)
        padded = padded_length(count, params.window)
        self._span = Span(clip, self.frames.start, count, padded)
        height, width = clip.extent.shape
        latents = latent_count(padded)
        self._shape = (1, latents, _CHANNELS, height // _SPACE, width // _SPACE)
        self._windows = plan_windows(latents, params.window, params.overlap)
        self._job = digest_json(
            {
                "clip": clip.manifest.digest,
                "prompt": prompt,
                "params": {**asdict(params), "noise": params.noise.value},
                "checkpoint": pipeline.checkpoint,
                "dtype": str(pipeline.dtype),
            }
        )

    def filled(self, resume: bytes | None) -> Iterator[torch.Tensor]:
        """Frames of the span, float32 (H, W, 3) in 0..1 on the CPU."""
        with torch.inference_mode():
            state = None
            if resume is not None:
                state = State.decode(resume, job=self._job, shape=self._shape)
            self._check()
            self._say()
            guide = self._guide()
            inpaint = self._inpaint()
            latents = self._denoised(state, inpaint, guide)
        yield from self._decoded(latents)

    def _say(self) -> None:
        self._on_event(
            Log(
                f"frames {self.frames.start}-{self.frames.stop - 1} of the clip,"
                f" {self._span.padded} with padding, {len(self._windows)} windows,"
                f" memory plan {self._pipeline.plan.value}"
            )
        )

    def _check(self) -> None:
        if self._cancelled():
            raise Cancelled("cancelled")

    def _guide(self) -> Guide:
        self._on_event(Stage("reading the prompt"))
        text, pipeline, params = self._pipeline.text, self._pipeline, self._params
        tokens = text.tokens(self._prompt)
        if tokens > MAX_TOKENS:
            self._on_event(Log(f"the prompt has {tokens} tokens; only {MAX_TOKENS} are read"))
        with lent(text.model, pipeline.device, stays=pipeline.plan is MemoryPlan.A):
            positive = text.encode(self._prompt)
            negative = text.encode(params.negative_prompt) if params.guidance > 1 else None
        return Guide.of(positive, negative, params.guidance)

    def _inpaint(self) -> torch.Tensor:
        self._on_event(Stage("encoding"))
        params, pipeline, span = self._params, self._pipeline, self._span
        noise = None
        if pipeline.denoiser.noises_plate:
            noise = noise_of(params.noise, params.augmentation_seed, span)
        readers = (
            mask_frames(span, model_pass=1, frame0_rule=params.frame0_rule),
            plate_frames(span, noise),
        )
        with lent(pipeline.vae, pipeline.device, stays=pipeline.plan is not MemoryPlan.C):
            encoded = [
                pipeline.vae.encode_stream(self._sent(read), span.padded) for read in readers
            ]
        return torch.cat(encoded, dim=1).permute(0, 2, 1, 3, 4)

    def _sent(self, read: Callable[[int, int], torch.Tensor]) -> Callable[[int, int], torch.Tensor]:
        def sent(begin: int, end: int) -> torch.Tensor:
            self._check()
            return read(begin, end).to(self._pipeline.device, self._pipeline.dtype)

        return sent

    def _denoised(self, state: State | None, inpaint: torch.Tensor, guide: Guide) -> torch.Tensor:
        self._on_event(Stage("denoising"))
        pipeline, steps = self._pipeline, self._params.steps
        latents = state.latents if state else initial_noise(self._shape, self._params.seed)
        latents = latents.to(pipeline.device, pipeline.dtype)
        kept_at = time.monotonic()
        with lent(
            pipeline.denoiser.model, pipeline.device, stays=pipeline.plan is not MemoryPlan.C
        ):
            for step in denoise(
                pipeline.denoiser.model,
                pipeline.scheduler,
                latents,
                inpaint,
                guide,
                self._windows,
                steps=steps,
                done=state.done if state else 0,
                cancelled=self._cancelled,
            ):
                latents = step.latents
                self._on_event(Progress(step.done, steps))
                late = time.monotonic() - kept_at > _CHECKPOINT_SECONDS
                if step.done % _CHECKPOINT_STEPS == 0 or step.done == steps or late:
                    kept_at = time.monotonic()
                    kept = State(self._job, 1, step.done, latents)
                    self._on_event(Checkpoint(kept.encode(), patches=0))
                self._preview(step)
        return latents

    def _preview(self, step: Step) -> None:
        every = self._params.preview_every
        if not every or step.done % every or step.done == self._params.steps:
            return
        pipeline = self._pipeline
        with lent(pipeline.vae, pipeline.device, stays=pipeline.plan is not MemoryPlan.C):
            first = next(pipeline.vae.decode_stream(step.clean[:, :1].permute(0, 2, 1, 3, 4)))
        shown = (_unit(first)[0] * 255).to(torch.uint8).numpy()
        self._on_event(Preview(self.frames.start, shown))

    def _decoded(self, latents: torch.Tensor) -> Iterator[torch.Tensor]:
        self._on_event(Stage("decoding"))
        pipeline, left = self._pipeline, self._span.count
        with lent(pipeline.vae, pipeline.device, stays=pipeline.plan is not MemoryPlan.C):
            parts = pipeline.vae.decode_stream(latents.permute(0, 2, 1, 3, 4))
            while left:
                self._check()
                with torch.inference_mode():
                    part = _unit(next(parts))[:left]
                left -= len(part)
                yield from part


def _unit(decoded: torch.Tensor) -> torch.Tensor:
    """Decoded (1, 3, count, H, W) as float32 (count, H, W, 3) in 0..1 on the CPU."""
    return (decoded / 2 + 0.5).clamp(0, 1).float().cpu()[0].permute(1, 2, 3, 0)


def _copied(clip: CanvasClip, frame: int) -> Patch:
    pixels = clip.pixels(frame)
    full = pixels if pixels.dtype == np.uint16 else pixels.astype(np.uint16) * 257
    return Patch(frame, clip.extent.rect, full)


def _timed(seconds: dict[str, float], name: str, load: Callable[[], Any]) -> Any:
    begun = time.monotonic()
    loaded = load()
    seconds[name] = time.monotonic() - begun
    return loaded
