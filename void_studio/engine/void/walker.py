"""A model call, block by block, so that windows can go through each block together.

The sums are those of diffusers' forward; only the order in which windows meet blocks is ours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from void_studio.engine.void.blocks import Blocks, ResidentBlocks
from void_studio.engine.void.compiling import Compilation
from void_studio.engine.void.first_block import FirstBlockCache
from void_studio.engine.void.transformer import rotary

__all__ = ["Guide", "Walker"]

_TOGETHER = 8
_LAID_OUT = torch.contiguous_format


@dataclass(frozen=True, slots=True, eq=False)
class Guide:
    """Prompt embeddings: (1, 226, width), or with guidance (2, 226, width), the negative first."""

    embeds: torch.Tensor
    scale: float

    @classmethod
    def of(cls, positive: torch.Tensor, negative: torch.Tensor | None, scale: float) -> Guide:
        """With `negative` None there is no guidance."""
        return cls(positive if negative is None else torch.cat([negative, positive]), scale)


@dataclass(slots=True, eq=False)
class _Visit:
    """One input on its way; `key` tells it from the others of a step."""

    key: tuple[int, int]
    shape: torch.Size
    hidden: torch.Tensor
    text: torch.Tensor
    time: torch.Tensor
    rotary: tuple[torch.Tensor, torch.Tensor]


class Walker:
    """Calls a transformer for windows of one step.

    `halves` calls it for each half of the guidance, in sequence, where memory is short; else both
    are one batch. With `cache`, a call may repeat what blocks after the first did the step before.
    `compilation` tells how that of the blocks went, where they are compiled.
    """

    def __init__(
        self,
        model: Any,
        blocks: Blocks | None = None,
        *,
        halves: bool = False,
        cache: FirstBlockCache | None = None,
        compilation: Compilation | None = None,
    ) -> None:
        self._model = model
        self._blocks = blocks or ResidentBlocks(list(model.transformer_blocks))
        self._halves = halves
        self.cache, self.compilation = cache, compilation
        self._rotary: dict[tuple[int, ...], tuple[torch.Tensor, torch.Tensor]] = {}

    @property
    def together(self) -> int:
        """How many windows go through a block before the next one."""
        return _TOGETHER if self._blocks.streamed else 1

    def predict(
        self,
        inputs: Sequence[tuple[int, torch.Tensor]],
        guide: Guide,
        timestep: int,
        check: Callable[[], None],
    ) -> list[torch.Tensor]:
        """Guided predictions, float32 (1, n, 16, h, w), of inputs (1, n, 48, h, w).

        Each input comes with a number that is its own in the step. `check` is called between
        blocks and may raise.
        """
        visits = [
            visit
            for number, sample in inputs
            for visit in self._entered(number, sample, guide.embeds, timestep)
        ]
        self._walk(visits, check)
        left = [self._left(visit) for visit in visits]
        if len(guide.embeds) == 1:
            return left
        pairs = zip(left[::2], left[1::2], strict=True) if self._halves else map(_chunked, left)
        return [without + guide.scale * (towards - without) for without, towards in pairs]

    def _entered(
        self, number: int, sample: torch.Tensor, embeds: torch.Tensor, timestep: int
    ) -> list[_Visit]:
        parts = embeds.split(1) if self._halves else (embeds,)
        return [
            self._visit((number, half), sample.expand(len(part), -1, -1, -1, -1), part, timestep)
            for half, part in enumerate(parts)
        ]

    def _visit(
        self, key: tuple[int, int], sample: torch.Tensor, embeds: torch.Tensor, timestep: int
    ) -> _Visit:
        model = self._model
        times = torch.full((len(sample),), timestep, device=sample.device)
        time = model.time_embedding(model.time_proj(times).to(sample.dtype), None)
        tokens = model.embedding_dropout(model.patch_embed(embeds, sample))
        count = embeds.shape[1]
        text, hidden = tokens[:, :count], tokens[:, count:]
        if self.compilation is not None:  # laid out as later blocks get them: one graph for all
            text, hidden = (part.clone(memory_format=_LAID_OUT) for part in (text, hidden))
        return _Visit(key, sample.shape, hidden, text, time, self._turns(sample))

    def _turns(self, sample: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        size = (sample.shape[1], sample.shape[3], sample.shape[4])
        if size not in self._rotary:
            cos, sin = rotary(self._model, *size)
            self._rotary[size] = (cos.to(sample.device), sin.to(sample.device))
        return self._rotary[size]

    def _walk(self, visits: list[_Visit], check: Callable[[], None]) -> None:
        going, cache = visits, self.cache
        for number, block in enumerate(self._blocks.each()):
            check()
            for visit in going:
                before = visit.hidden
                visit.hidden, visit.text = block(
                    hidden_states=visit.hidden,
                    encoder_hidden_states=visit.text,
                    temb=visit.time,
                    image_rotary_emb=visit.rotary,
                )
                if cache is not None and number == 0:
                    visit.hidden = cache.entered(visit.key, before, visit.hidden)
            if cache is not None and number == 0:
                going = [visit for visit in visits if not cache.repeated(visit.key)]
            if not going:
                break
        if cache is not None:
            for visit in going:
                cache.left(visit.key, visit.hidden)

    def _left(self, visit: _Visit) -> torch.Tensor:
        model = self._model
        hidden = model.proj_out(model.norm_out(model.norm_final(visit.hidden), temb=visit.time))
        batch, frames, _, height, width = visit.shape
        patch, patch_t = model.config.patch_size, model.config.patch_size_t
        patches = hidden.reshape(
            batch, frames // patch_t, height // patch, width // patch, -1, patch_t, patch, patch
        )
        whole = patches.permute(0, 1, 5, 4, 2, 6, 3, 7).flatten(6, 7).flatten(4, 5).flatten(1, 2)
        return whole.float()


def _chunked(predicted: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    without, towards = predicted.chunk(2)
    return without, towards
