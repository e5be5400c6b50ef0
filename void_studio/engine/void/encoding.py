"""What a run is conditioned on, encoded, or taken from an earlier run with the same content."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch

from void_studio.core import Cancelled, digest_json
from void_studio.engine.protocol import OnEvent, Stage
from void_studio.engine.void.models import Models
from void_studio.engine.void.params import Noise, VoidParams
from void_studio.engine.void.prepare import (
    ReadFrames,
    Span,
    mask_frames,
    noise_of,
    plate_frames,
)
from void_studio.engine.void.shelf import EncodedShelf
from void_studio.engine.void.vae import encode_spans
from void_studio.engine.void.walker import Guide

__all__ = ["Conditions"]

Content = Callable[[int], list[object]]


@dataclass(slots=True, eq=False)
class Conditions:
    """Encodes for one clip; everything that comes back lies on the CPU.

    `encoded` and `held` count chunks of frames that were encoded, and that were there already.
    """

    models: Models
    span: Span
    prompt: str
    params: VoidParams
    on_event: OnEvent
    cancelled: Callable[[], bool]
    encoded: int = 0
    held: int = 0

    def guide(self, model_pass: int) -> Guide:
        """The prompt as a pass reads it."""
        scale = self.params.guidance_of(model_pass)
        wanted = [self.prompt, *([self.params.negative_prompt] if scale > 1 else [])]
        shelf = self.models.shelves.text
        unread = [prompt for prompt in wanted if shelf.get(prompt) is None]
        if unread:
            self._read(unread)
        positive, *negative = (self._embedding(prompt) for prompt in wanted)
        return Guide.of(positive, negative[0] if negative else None, scale)

    def plate(self) -> torch.Tensor:
        """The noised plate's latents (1, 16, T, h, w)."""
        self.on_event(Stage("encoding the plate"))
        if not self.models.passes[0].denoiser.noises_plate:
            return self._pictures(None)
        return self._pictures(self.params.noise)

    def take(self) -> torch.Tensor:
        """The clip's own latents, without noise."""
        self.on_event(Stage("encoding the take"))
        return self._pictures(None)

    def mask(self, model_pass: int) -> torch.Tensor:
        """The mask's latents as a pass sees it."""
        self.on_event(Stage("encoding the quadmask"))
        span, rule = self.span, self.params.frame0_rule
        read = mask_frames(span, model_pass=model_pass, frame0_rule=rule)
        mattes = span.clip.manifest.quadmask

        def content(index: int) -> list[object]:
            number = span.frame(index)
            return [mattes[number], rule and number == span.first]

        return self._encoded(read, content, ["mask", model_pass], stays=True)

    def _read(self, prompts: list[str]) -> None:
        self.on_event(Stage("reading the prompt"))
        text = self.models.text
        with self.models.text_at_work():
            for prompt in prompts:
                self._check()
                self.models.shelves.text.put(prompt, text.encode(prompt))

    def _embedding(self, prompt: str) -> torch.Tensor:
        embedding: torch.Tensor = self.models.shelves.text.get(prompt)
        return embedding.to(self.models.device)

    def _pictures(self, kind: Noise | None) -> torch.Tensor:
        span, seed = self.span, self.params.augmentation_seed
        noise = None if kind is None else noise_of(kind, seed, span)
        pictures = span.clip.manifest.pixels
        drawn: list[object] = ["plain"] if kind is None else [kind.value, seed]
        if kind is Noise.REFERENCE:
            drawn.append(span.padded)

        def content(index: int) -> list[object]:
            return [pictures[span.frame(index)], index]

        return self._encoded(plate_frames(span, noise), content, drawn, stays=False)

    def _encoded(
        self, read: ReadFrames, content: Content, kind: list[object], *, stays: bool
    ) -> torch.Tensor:
        shelves = self.models.shelves
        shelf = EncodedShelf(
            shelves.latents, shelves.states if stays else None, self._keys(content, kind)
        )
        latents = shelf.whole()
        if latents is None:
            latents = self._anew(read, shelf).cpu()
        self.held += shelf.hits
        self.encoded += len(shelf.keys) - shelf.hits
        return latents

    def _anew(self, read: ReadFrames, shelf: EncodedShelf) -> torch.Tensor:
        models, frames = self.models, self.span.padded
        device, dtype = models.device, models.dtype
        tiled = models.plan.traits.tiled

        def sent(begin: int, end: int) -> torch.Tensor:
            self._check()
            return read(begin, end) if tiled else read(begin, end).to(device, dtype)

        with models.vae_at_work():
            if not tiled:
                return models.vae.encode_stream(sent, frames, shelf=shelf)
            latents = models.vae.encode_tiled(sent, frames, device=device, dtype=dtype).to(dtype)
        for number, chunk in enumerate(_chunks(latents, frames)):
            shelf.keep(number, chunk, None)
        return latents

    def _keys(self, content: Content, kind: list[object]) -> list[str]:
        """A key for every chunk of frames, of all content up to its end."""
        keys, before = [], ""
        start = [*kind, self.models.plan.traits.tiled, list(self.span.clip.extent.shape)]
        for begin, end in encode_spans(self.span.padded):
            frames = [content(index) for index in range(begin, end)]
            before = digest_json({"start": start, "before": before, "frames": frames})
            keys.append(before)
        return keys

    def _check(self) -> None:
        if self.cancelled():
            raise Cancelled("cancelled")


def _chunks(latents: torch.Tensor, frames: int) -> list[torch.Tensor]:
    counts = [(end - begin + 3) // 4 for begin, end in encode_spans(frames)]
    return [chunk.clone() for chunk in latents.split(counts, dim=2)]
