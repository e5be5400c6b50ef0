"""What ran, gathered along the way, for the record of a result."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from void_studio.engine.protocol import RanFact
from void_studio.engine.void.params import Tier, VoidParams

if TYPE_CHECKING:
    from void_studio.engine.void.encoding import Conditions
    from void_studio.engine.void.models import Models
    from void_studio.engine.void.walker import Walker

__all__ = ["Record"]


class Record:
    """Facts of a run; `kept_at` is when its last checkpoint was made, monotonic."""

    def __init__(self, params: VoidParams) -> None:
        self._params = params
        self._facts: dict[str, RanFact] = {}
        self.kept_at = time.monotonic()

    def set(self, **facts: RanFact) -> None:
        """Note facts by name."""
        self._facts.update(facts)

    def walked(self, model_pass: int, walker: Walker) -> None:
        """Note how compiling went, and what the cache of a pass did."""
        compilation = walker.compilation
        self._facts["compiled"] = compilation is not None and not compilation.failed
        if compilation is not None and compilation.failed:
            self._facts["not_compiled_because"] = compilation.failed
        if walker.cache is not None:
            prefix = "" if model_pass == 1 else "second_"
            self._facts[f"{prefix}cache_hits"] = walker.cache.hits
            self._facts[f"{prefix}cache_calls"] = walker.cache.calls

    def facts(self, models: Models, conditions: Conditions) -> tuple[tuple[str, RanFact], ...]:
        """All facts, by name; sizes in frames, chunks of frames, or steps."""
        params, traits = self._params, models.plan.traits
        guided = any(params.guidance_of(number) > 1 for number in range(1, params.passes + 1))
        self.set(
            tier=params.tier.value,
            plan=models.plan.value,
            exact=traits.exact and params.tier is not Tier.FAST,
            passes=params.passes,
            steps=params.steps_of(1),
            dtype=str(models.dtype).removeprefix("torch."),
            storage="float8_e4m3fn" if traits.fp8 else "as computed",
            device=models.device_name,
            attention=models.attention(params.tier),
            chunks_encoded=conditions.encoded,
            chunks_held=conditions.held,
        )
        for number, each in enumerate(models.passes[: params.passes], 1):
            self._facts[f"checkpoint_{number}"] = each.checkpoint
        if params.passes == 2:
            self.set(second_steps=params.steps_of(2))
        if params.tier is Tier.FAST:
            self.set(cache_threshold=params.cache_threshold)
        if guided:
            self.set(guidance="both at once" if traits.exact else "one after the other")
        return tuple(sorted(self._facts.items()))
