"""The models of a worker's child, loaded once and kept; the memory plan says where they lie."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import torch
from diffusers.models.attention_processor import CogVideoXAttnProcessor2_0

from void_studio.core import BadInput
from void_studio.engine.void.attention import DispatchedAttention, attention_backend
from void_studio.engine.void.blocks import (
    Prepare,
    ResidentBlocks,
    Stored,
    StreamedBlocks,
    stored_blocks,
)
from void_studio.engine.void.compiling import Compilation, CompiledBlock, compiles
from void_studio.engine.void.first_block import FirstBlockCache
from void_studio.engine.void.memory import Home, give_back
from void_studio.engine.void.params import Tier, VoidParams
from void_studio.engine.void.plans import MemoryPlan
from void_studio.engine.void.schedulers import load_scheduler
from void_studio.engine.void.shelf import Shelf
from void_studio.engine.void.text import TextEncoder
from void_studio.engine.void.transformer import Denoiser, load_transformer
from void_studio.engine.void.vae import VoidAutoencoder, load_vae
from void_studio.engine.void.walker import Walker
from void_studio.weights import file_identity

__all__ = ["Models", "Pass", "Shelves"]

_Loaded = TypeVar("_Loaded")
_MIB = 1 << 20
_LATENT_CHANNELS = 16
_PATCHES = (2, 2, _LATENT_CHANNELS)


@dataclass(frozen=True, slots=True, eq=False)
class Pass:
    """The denoiser and the sampler of a pass; `checkpoint` is the identity of its weights."""

    denoiser: Denoiser
    scheduler: Any
    checkpoint: str


@dataclass(frozen=True, slots=True, eq=False)
class Shelves:
    """What jobs leave for the next ones: embeddings, latents, and the encoder's states.

    A state is 1.3 GB at 384x672; the two of them that fit spare a third of the encoding each.
    """

    text: Shelf = field(default_factory=lambda: Shelf(128 * _MIB))
    latents: Shelf = field(default_factory=lambda: Shelf(512 * _MIB))
    states: Shelf = field(default_factory=lambda: Shelf(6144 * _MIB))


class Models:
    """What fills, on one device; `passes` has one or two. `seconds` tells how loading went."""

    def __init__(
        self,
        text: TextEncoder,
        vae: VoidAutoencoder,
        passes: tuple[Pass, ...],
        device: torch.device,
        dtype: torch.dtype,
        seconds: dict[str, float] | None = None,
    ) -> None:
        self.text, self.vae, self.passes = text, vae, passes
        self.device, self.dtype = device, dtype
        self.plan = MemoryPlan.A
        self.seconds = seconds or {}
        self.shelves = Shelves()
        self._pictures = Home(vae)
        self._waiting: dict[int, Stored] = {}
        self._whole = [Home(each.denoiser.model) for each in passes]

    @classmethod
    def load(
        cls,
        base: Path,
        checkpoints: tuple[Path, ...],
        *,
        device: torch.device,
        dtype: torch.dtype,
    ) -> Models:
        """Everything from disk to the CPU. Raises NotPresent or BadInput."""
        seconds: dict[str, float] = {}
        passes = tuple(
            Pass(
                _timed(
                    seconds,
                    f"transformer {number}",
                    partial(load_transformer, base / "transformer", path, dtype=dtype),
                ),
                load_scheduler(base, model_pass=number),
                file_identity(path),
            )
            for number, path in enumerate(checkpoints, 1)
        )
        vae = _timed(seconds, "vae", lambda: load_vae(base / "vae", dtype=dtype))
        text = _timed(seconds, "text", lambda: TextEncoder.load(base, dtype=dtype))
        models = cls(text, vae, passes, device, dtype, seconds)
        models._check(base)
        return models

    def settle(self, plan: MemoryPlan) -> None:
        """Follow `plan` from now on; what it does not keep on the device is taken back."""
        before, self.plan = self.plan.traits, plan
        if (before.streamed, before.fp8) != (plan.traits.streamed, plan.traits.fp8):
            self._waiting.clear()
        if not plan.traits.keeps_text:
            self.text.take_back()
        if not plan.traits.keeps_pictures:
            self._pictures.take_back()
        if not self._keeps_denoiser:
            for home in self._whole:
                home.take_back()
        give_back(self.device)

    def text_at_work(self) -> AbstractContextManager[None]:
        """The text encoder on the device, block by block where the plan streams."""
        traits = self.plan.traits
        return self.text.lent(self.device, stays=traits.keeps_text, streamed=traits.streamed)

    def vae_at_work(self) -> AbstractContextManager[None]:
        """The autoencoder on the device."""
        return self._pictures.lent(self.device, stays=self.plan.traits.keeps_pictures)

    @contextmanager
    def denoiser_at_work(self, model_pass: int, params: VoidParams) -> Iterator[Walker]:
        """A pass's denoiser, called as plan and tier say."""
        traits, model = self.plan.traits, self.passes[model_pass - 1].denoiser.model
        fast = params.tier is Tier.FAST
        cache = FirstBlockCache(params.cache_threshold) if fast else None
        compilation = Compilation() if fast and compiles(self.device.type) else None
        call = partial(Walker, model, halves=not traits.exact, cache=cache, compilation=compilation)
        blocks = list(model.transformer_blocks)
        prepare = self._prepare(compilation, fast=fast)
        if not (traits.streamed or traits.fp8):
            home = self._whole[model_pass - 1]
            with home.lent(self.device, stays=self._keeps_denoiser):
                yield call(ResidentBlocks(blocks, prepare))
            return
        ends = Home(model, without=model.transformer_blocks)
        with ends.lent(self.device, stays=False):
            coming = StreamedBlocks(
                blocks[0],
                self._stored(model_pass, blocks),
                self.device,
                on_device=not traits.streamed,
                prepare=prepare,
            )
            try:
                yield call(coming)
            finally:
                coming.close()

    def _stored(self, model_pass: int, blocks: list[torch.nn.Module]) -> Stored:
        """Blocks as the plan stores them; those on the CPU stay for the next job."""
        traits = self.plan.traits
        if model_pass in self._waiting:
            return self._waiting[model_pass]
        on_device = not traits.streamed
        with torch.inference_mode(mode=False):
            stored = stored_blocks(blocks, self.device, fp8=traits.fp8, on_device=on_device)
        if not on_device:
            self._waiting[model_pass] = stored
        return stored

    @property
    def _keeps_denoiser(self) -> bool:
        """Of two denoisers, only plan A has room for both."""
        traits = self.plan.traits
        return traits.keeps_denoiser and (traits.keeps_text or len(self.passes) == 1)

    @property
    def device_name(self) -> str:
        """The device as its driver calls it."""
        if self.device.type != "cuda":
            return self.device.type
        return torch.cuda.get_device_name(self.device)

    def attention(self, tier: Tier) -> str:
        """Which attention a tier uses, for the record."""
        if tier is not Tier.FAST:
            return "torch"
        return attention_backend(self.device, self.dtype)

    def _prepare(self, compilation: Compilation | None, *, fast: bool) -> Prepare:
        if not fast:
            return partial(_with_attention, CogVideoXAttnProcessor2_0())
        dispatched = DispatchedAttention(self.attention(Tier.FAST))
        if compilation is None:
            return partial(_with_attention, dispatched)
        return lambda block: CompiledBlock(_with_attention(dispatched, block), compilation)

    def _check(self, base: Path) -> None:
        """That the parts were made for each other. Raises BadInput."""
        width, channels = self.text.width, self.vae.config.latent_channels
        for each in self.passes:
            config = each.denoiser.model.config
            if config.text_embed_dim != width:
                raise BadInput(
                    f"the text encoder gives {width} numbers a token, and the transformer takes"
                    f" {config.text_embed_dim}",
                    where=base,
                )
            if (config.patch_size, config.patch_size_t, config.out_channels) != _PATCHES:
                raise BadInput(
                    f"the transformer's patches are {config.patch_size_t} x {config.patch_size} of"
                    f" {config.out_channels} channels, not 2 x 2 of 16",
                    where=base / "transformer",
                )
        if channels != _LATENT_CHANNELS:
            raise BadInput(f"the autoencoder has {channels} channels, not 16", where=base / "vae")


def _with_attention(processor: Any, block: torch.nn.Module) -> torch.nn.Module:
    block.attn1.processor = processor
    return block


def _timed(seconds: dict[str, float], name: str, load: Callable[[], _Loaded]) -> _Loaded:
    begun = time.monotonic()
    loaded = load()
    seconds[name] = time.monotonic() - begun
    return loaded
