"""One clip on its way through the stages: prompt, encode, denoise, (warp, denoise,) decode."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict

import cv2
import numpy as np
import numpy.typing as npt
import torch

from void_studio.core import Cancelled, Extent, digest_json
from void_studio.engine.protocol import Checkpoint, Log, OnEvent, Preview, Progress, Stage
from void_studio.engine.void.denoise import Guide, Step, denoise, initial_noise
from void_studio.engine.void.models import Models
from void_studio.engine.void.params import VoidParams
from void_studio.engine.void.prepare import (
    ReadFrames,
    Span,
    check_clip,
    mask_frames,
    noise_of,
    plate_frames,
)
from void_studio.engine.void.state import State
from void_studio.engine.void.text import MAX_TOKENS
from void_studio.engine.void.warp import warped_noise
from void_studio.engine.void.windows import latent_count, padded_length, plan_windows, trimmed
from void_studio.media import CanvasClip
from void_studio.motion import dense_flow

__all__ = ["Run"]

_CHECKPOINT_STEPS = 5
_CHECKPOINT_SECONDS = 60.0
_SPACE = 8
_TIME = 4
_CHANNELS = 16
Grey = npt.NDArray[np.uint8]


class Run:
    """`frames` are those of the clip that are worked on; nothing is computed before `filled`."""

    def __init__(
        self,
        models: Models,
        clip: CanvasClip,
        prompt: str,
        params: VoidParams,
        on_event: OnEvent,
        cancelled: Callable[[], bool],
    ) -> None:
        self._models, self._prompt, self._params = models, prompt, params
        self._on_event, self._cancelled = on_event, cancelled
        self.frames = trimmed(check_clip(clip), params.window)
        padded = padded_length(len(self.frames), params.window)
        self._span = Span(clip, self.frames.start, len(self.frames), padded)
        height, width = clip.extent.shape
        latents = latent_count(padded)
        self._shape = (1, latents, _CHANNELS, height // _SPACE, width // _SPACE)
        self._windows = plan_windows(latents, params.window, params.overlap)
        self._job = digest_json(
            {
                "clip": clip.manifest.digest,
                "prompt": prompt,
                "params": {**asdict(params), "noise": params.noise.value},
                "checkpoints": [each.checkpoint for each in models.passes[: params.passes]],
                "dtype": str(models.dtype),
            }
        )

    def filled(self, resume: bytes | None) -> Iterator[torch.Tensor]:
        """Frames of the span, float32 (H, W, 3) in 0..1 on the CPU, in order."""
        with torch.inference_mode():
            state = None
            if resume is not None:
                state = State.decode(resume, job=self._job, shape=self._shape)
            self._check()
            self._say()
            plate = self._plate()
            if state is not None and state.model_pass == 2:
                latents = self._passed(2, state, None, plate)
            else:
                latents = self._passed(1, state, None, plate)
                if self._params.passes == 2:
                    latents = self._passed(2, None, latents, plate)
        yield from self._decoded(latents)

    def _passed(
        self, model_pass: int, state: State | None, before: torch.Tensor | None, plate: torch.Tensor
    ) -> torch.Tensor:
        """Latents at the end of a pass, begun anew or at `state`; `before` are those of pass 1."""
        guide = self._guide(model_pass)
        inpaint = torch.cat([self._mask(model_pass), plate], dim=1).permute(0, 2, 1, 3, 4)
        if state is not None:
            latents = state.latents
        elif before is None:
            latents = initial_noise(self._shape, self._params.seed)
        else:
            latents = self._warped(before)
        done = state.done if state else 0
        return self._denoised(model_pass, latents, inpaint, guide, done)

    def _say(self) -> None:
        span = self._span
        self._on_event(
            Log(
                f"frames {self.frames.start}-{self.frames.stop - 1} of the clip,"
                f" {span.padded} with padding, {len(self._windows)} windows,"
                f" memory plan {self._models.plan.value}"
            )
        )
        tokens = self._models.text.tokens(self._prompt)
        if tokens > MAX_TOKENS:
            self._on_event(Log(f"the prompt has {tokens} tokens; only {MAX_TOKENS} are read"))

    def _check(self) -> None:
        if self._cancelled():
            raise Cancelled("cancelled")

    def _guide(self, model_pass: int) -> Guide:
        self._on_event(Stage("reading the prompt"))
        scale = self._params.guidance_of(model_pass)
        with self._models.text_at_work():
            text = self._models.text
            positive = text.encode(self._prompt)
            negative = text.encode(self._params.negative_prompt) if scale > 1 else None
        return Guide.of(positive, negative, scale)

    def _plate(self) -> torch.Tensor:
        self._on_event(Stage("encoding the plate"))
        noise = None
        if self._models.passes[0].denoiser.noises_plate:
            noise = noise_of(self._params.noise, self._params.augmentation_seed, self._span)
        return self._encoded(plate_frames(self._span, noise))

    def _mask(self, model_pass: int) -> torch.Tensor:
        self._on_event(Stage("encoding the quadmask"))
        rule = self._params.frame0_rule
        return self._encoded(mask_frames(self._span, model_pass=model_pass, frame0_rule=rule))

    def _encoded(self, read: ReadFrames) -> torch.Tensor:
        models = self._models

        def sent(begin: int, end: int) -> torch.Tensor:
            self._check()
            return read(begin, end).to(models.device, models.dtype)

        with models.vae_at_work():
            return models.vae.encode_stream(sent, self._span.padded)

    def _denoised(
        self, model_pass: int, latents: torch.Tensor, inpaint: torch.Tensor, guide: Guide, done: int
    ) -> torch.Tensor:
        self._on_event(Stage("denoising" if model_pass == 1 else "denoising, pass 2"))
        models, params = self._models, self._params
        used, steps = models.passes[model_pass - 1], params.steps_of(model_pass)
        before = params.steps if model_pass == 2 else 0
        latents = latents.to(models.device, models.dtype)
        kept_at = time.monotonic()
        with models.denoiser_at_work(used.denoiser.model):
            for step in denoise(
                used.denoiser.model,
                used.scheduler,
                latents,
                inpaint,
                guide,
                self._windows,
                steps=steps,
                done=done,
                cancelled=self._cancelled,
            ):
                latents = step.latents
                self._on_event(Progress(before + step.done, params.all_steps))
                late = time.monotonic() - kept_at > _CHECKPOINT_SECONDS
                if step.done % _CHECKPOINT_STEPS == 0 or step.done == steps or late:
                    kept_at = time.monotonic()
                    kept = State(self._job, model_pass, step.done, latents)
                    self._on_event(Checkpoint(kept.encode(), patches=0))
                if step.done < steps:
                    self._preview(step)
        return latents

    def _preview(self, step: Step) -> None:
        every = self._params.preview_every
        if not every or step.done % every:
            return
        with self._models.vae_at_work():
            clean = step.clean[:, :1].permute(0, 2, 1, 3, 4)
            first = _unit(next(self._models.vae.decode_stream(clean)))[0]
        self._on_event(Preview(self.frames.start, (first * 255).to(torch.uint8).numpy()))

    def _warped(self, latents: torch.Tensor) -> torch.Tensor:
        """Noise for pass 2 that moves as the result of pass 1 does."""
        self._on_event(Stage("following the motion"))
        _, count, _, height, width = self._shape
        return warped_noise(self._flows(latents), count, Extent(width, height), self._params.seed)

    def _flows(self, latents: torch.Tensor) -> Iterator[npt.NDArray[np.float32]]:
        """Back from the frame that ends each latent to the one that ends the latent before."""
        earlier: Grey | None = None
        for index, grey in enumerate(self._greys(latents)):
            if index % _TIME == 0:
                if earlier is not None:
                    yield dense_flow(grey, earlier, preset="medium")
                earlier = grey

    def _greys(self, latents: torch.Tensor) -> Iterator[Grey]:
        with self._models.vae_at_work():
            for part in self._models.vae.decode_stream(latents.permute(0, 2, 1, 3, 4)):
                self._check()
                for frame in (_unit(part) * 255).to(torch.uint8).numpy():
                    yield cv2.cvtColor(np.ascontiguousarray(frame), cv2.COLOR_RGB2GRAY).astype(
                        np.uint8, copy=False
                    )

    def _decoded(self, latents: torch.Tensor) -> Iterator[torch.Tensor]:
        self._on_event(Stage("decoding"))
        left = self._span.count
        with self._models.vae_at_work():
            parts = self._models.vae.decode_stream(latents.permute(0, 2, 1, 3, 4))
            while left:
                self._check()
                with torch.inference_mode():
                    part = _unit(next(parts))[:left]
                left -= len(part)
                yield from part


def _unit(decoded: torch.Tensor) -> torch.Tensor:
    """Decoded (1, 3, count, H, W) as float32 (count, H, W, 3) in 0..1 on the CPU."""
    return (decoded / 2 + 0.5).clamp(0, 1).float().cpu()[0].permute(1, 2, 3, 0)
