"""One clip on its way through the stages: prompt, encode, denoise, (warp, denoise,) decode."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from itertools import islice

import cv2
import numpy as np
import numpy.typing as npt
import torch

from void_studio.core import Cancelled, Extent, JobFailed, Refused, digest_json
from void_studio.engine.protocol import Checkpoint, Exactness, Log, OnEvent, Progress, Ran, Stage
from void_studio.engine.void.denoise import denoise, initial_noise
from void_studio.engine.void.encoding import Conditions
from void_studio.engine.void.keep import Kept, free_weights
from void_studio.engine.void.memory import free_bytes, is_short
from void_studio.engine.void.models import Models
from void_studio.engine.void.params import AUTO, VoidParams
from void_studio.engine.void.plans import choose_plan, plan_after, plan_table
from void_studio.engine.void.prepare import Span, check_clip, check_fresh, unit_pixels
from void_studio.engine.void.preview import Previews, fitted_colours
from void_studio.engine.void.record import Record
from void_studio.engine.void.state import State
from void_studio.engine.void.text import MAX_TOKENS
from void_studio.engine.void.warp import warped_noise
from void_studio.engine.void.windows import (
    frames_of_latent,
    latent_count,
    padded_length,
    plan_windows,
    trimmed,
)
from void_studio.media import CanvasClip
from void_studio.motion import dense_flow

__all__ = ["Run"]

_CHECKPOINT_STEPS = 5
_CHECKPOINT_SECONDS = 60.0
_SPACE = 8
_TIME = 4
_CHANNELS = 16
_MOST_ON_DEVICE = 128
_CPU = torch.device("cpu")
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
        *,
        allow: Exactness = Exactness.EXACT,
    ) -> None:
        self._models, self._prompt, self._params = models, prompt, params
        self._on_event, self._cancelled, self._allow = on_event, cancelled, allow
        self._extent = clip.extent
        filled = check_clip(clip)
        check_fresh(filled, params.fresh)
        self.frames = trimmed(filled, params.window)
        self._shown = _middle([frame for frame in self.frames if filled[frame]])
        padded = padded_length(len(self.frames), params.window)
        self._span = Span(clip, self.frames.start, len(self.frames), padded)
        height, width = clip.extent.shape
        latents = latent_count(padded)
        self._shape = (1, latents, _CHANNELS, height // _SPACE, width // _SPACE)
        self._windows = plan_windows(latents, params.window, params.overlap)
        self._conditions = Conditions(models, self._span, prompt, params, on_event, cancelled)
        self._record = Record(params)
        self._latest: State | None = None
        self._job = digest_json(
            {
                "clip": clip.manifest.digest,
                "prompt": prompt,
                "params": {
                    **asdict(params),
                    "noise": params.noise.value,
                    "tier": params.tier.value,
                },
                "checkpoints": [each.checkpoint for each in models.passes[: params.passes]],
                "dtype": str(models.dtype),
            }
        )

    def filled(self, resume: bytes | None) -> Iterator[torch.Tensor]:
        """Frames of the span, float32 (H, W, 3) in 0..1 on the CPU, in order.

        Where memory runs out, the run goes on from its last checkpoint with the next plan that is
        allowed. Raises Refused, with the table of plans, where there is none.
        """
        if resume is not None:
            self._latest = State.decode(resume, job=self._job, shape=self._shape)
        self._check()
        self._models.settle(
            choose_plan(free_bytes(self._models.device), self._allow, self._extent, self._params)
        )
        self._say()
        given, lacks = 0, True
        while lacks:
            lacks = False
            try:
                for frame in islice(self._attempt(self._latest), given, None):
                    given += 1
                    yield frame
            except RuntimeError as error:
                if not is_short(error):
                    raise
                lacks = True
            if lacks:
                self._lessen()
        self._on_event(Ran(self._record.facts(self._models, self._conditions)))

    def _lessen(self) -> None:
        """Follow the next plan down; called where nothing of the failed attempt is held."""
        plan = self._models.plan
        less = plan_after(plan, self._allow) if self._params.plan == AUTO else None
        if less is None:
            needs = ", ".join(need.line() for need in plan_table(self._extent, self._params))
            raise Refused(
                f"memory ran out with plan {plan.value}; the plans need {needs}",
                hint="free memory, allow near numbers, or render on another machine",
            )
        self._on_event(Log(f"memory ran out with plan {plan.value}: going on with {less.value}"))
        self._models.settle(less)

    def _attempt(self, state: State | None) -> Iterator[torch.Tensor]:
        with torch.inference_mode():
            plate = self._conditions.plate()
            kept = self._kept()
            if state is not None and state.model_pass == 2:
                latents = self._passed(2, state, None, plate, kept)
            else:
                latents = self._passed(1, state, None, plate, kept)
                if self._params.passes == 2:
                    latents = self._passed(2, None, latents, plate, kept)
        yield from self._decoded(latents)

    def _passed(
        self,
        model_pass: int,
        state: State | None,
        before: torch.Tensor | None,
        plate: torch.Tensor,
        kept: Kept | None,
    ) -> torch.Tensor:
        """Latents at the end of a pass, begun anew or at `state`; `before` are those of pass 1."""
        mask = self._conditions.mask(model_pass)
        inpaint = torch.cat([mask, plate.to(mask)], dim=1).permute(0, 2, 1, 3, 4)
        if state is not None:
            latents = state.latents
        elif before is None:
            latents = initial_noise(self._shape, self._params.seed)
        else:
            latents = self._warped(before)
        done = state.done if state else 0
        return self._denoised(model_pass, latents, inpaint, plate, kept, done)

    def _kept(self) -> Kept | None:
        """The take's latents, where only a range is made anew."""
        fresh = self._params.fresh
        if fresh is None:
            return None
        span = self._span
        anew = [
            any(span.frame(frame) in fresh for frame in frames_of_latent(latent))
            for latent in range(self._shape[1])
        ]
        take = self._conditions.take().permute(0, 2, 1, 3, 4)
        weights = free_weights(anew, self._params.overlap // _TIME)
        return Kept(take, initial_noise(self._shape, self._params.seed), weights)

    def _say(self) -> None:
        span = self._span
        self._on_event(
            Log(
                f"frames {self.frames.start}-{self.frames.stop - 1} of the clip,"
                f" {span.padded} with padding, {len(self._windows)} windows,"
                f" memory plan {self._models.plan.value}"
            )
        )
        self._record.set(
            first_frame=self.frames.start,
            last_frame=self.frames.stop - 1,
            padded_frames=span.padded,
            windows=len(self._windows),
        )
        tokens = self._models.text.tokens(self._prompt)
        if tokens > MAX_TOKENS:
            self._on_event(Log(f"the prompt has {tokens} tokens; only {MAX_TOKENS} are read"))

    def _check(self) -> None:
        if self._cancelled():
            raise Cancelled("cancelled")

    def _denoised(
        self,
        model_pass: int,
        latents: torch.Tensor,
        inpaint: torch.Tensor,
        plate: torch.Tensor,
        kept: Kept | None,
        done: int,
    ) -> torch.Tensor:
        models, params = self._models, self._params
        guide = self._conditions.guide(model_pass)
        self._check()
        self._on_event(Stage("denoising" if model_pass == 1 else "denoising, pass 2"))
        place = models.device if self._shape[1] <= _MOST_ON_DEVICE else _CPU
        latents = latents.to(place, models.dtype)
        previews = self._previews(plate)
        with models.denoiser_at_work(model_pass, params) as walker:
            for step in denoise(
                walker,
                models.passes[model_pass - 1].scheduler,
                latents,
                inpaint.to(place),
                guide,
                self._windows,
                steps=params.steps_of(model_pass),
                done=done,
                kept=kept,
                device=models.device,
                cancelled=self._cancelled,
            ):
                latents = step.latents
                self._stepped(model_pass, step.done, latents)
                if step.done < params.steps_of(model_pass):
                    shown = previews.of(step.done, step.clean)
                    if shown is not None:
                        self._on_event(shown)
            self._record.walked(model_pass, walker)
        return latents

    def _previews(self, plate: torch.Tensor) -> Previews:
        first = self.frames.start

        def colours() -> torch.Tensor:
            return fitted_colours(
                plate[0, :, 0].float(), unit_pixels(self._span.clip.pixels(first))
            )

        every = self._params.preview_every
        return Previews(self._models, every, first, self._shown - first, colours)

    def _stepped(self, model_pass: int, done: int, latents: torch.Tensor) -> None:
        params = self._params
        before = params.steps_of(1) if model_pass == 2 else 0
        self._on_event(Progress(before + done, params.all_steps))
        now = time.monotonic()
        late = now - self._record.kept_at > _CHECKPOINT_SECONDS
        if done % _CHECKPOINT_STEPS == 0 or done == params.steps_of(model_pass) or late:
            self._record.kept_at = now
            self._latest = State(self._job, model_pass, done, latents.cpu())
            self._on_event(Checkpoint(self._latest.encode(), patches=0))

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
        for part in self._pictures(latents):
            for frame in (part * 255).to(torch.uint8).numpy():
                yield cv2.cvtColor(np.ascontiguousarray(frame), cv2.COLOR_RGB2GRAY).astype(
                    np.uint8, copy=False
                )

    def _decoded(self, latents: torch.Tensor) -> Iterator[torch.Tensor]:
        self._on_event(Stage("decoding"))
        left = self._span.count
        for part in self._pictures(latents):
            shown = part[:left]
            left -= len(shown)
            yield from shown
            if not left:
                return

    def _pictures(self, latents: torch.Tensor) -> Iterator[torch.Tensor]:
        """Frames in parts, float32 (count, H, W, 3) in 0..1 on the CPU."""
        count = 0
        for part in self._decoded_parts(latents):
            _check_finite(part, count)
            count += len(part)
            yield part

    def _decoded_parts(self, latents: torch.Tensor) -> Iterator[torch.Tensor]:
        models = self._models
        with models.vae_at_work():
            wanted = latents.to(models.device).permute(0, 2, 1, 3, 4)
            tiled = models.plan.traits.tiled
            parts = models.vae.decode_tiled(wanted) if tiled else models.vae.decode_stream(wanted)
            while True:
                self._check()
                with torch.inference_mode():
                    part = next(parts, None)
                    if part is None:
                        return
                    shown = _unit(part)
                yield shown


def _unit(decoded: torch.Tensor) -> torch.Tensor:
    """Decoded (1, 3, count, H, W) as float32 (count, H, W, 3) in 0..1 on the CPU."""
    return (decoded / 2 + 0.5).clamp(0, 1).float().cpu()[0].permute(1, 2, 3, 0)


def _check_finite(pictures: torch.Tensor, before: int) -> None:
    if not torch.isfinite(pictures).all():
        raise JobFailed(
            f"the result is decoded to numbers that are not finite, frame {before} or soon after"
        )


def _middle(frames: list[int]) -> int:
    return frames[len(frames) // 2]
