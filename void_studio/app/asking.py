"""What `render` may be asked beyond a whole shot: a range of a take, several seeds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from void_studio.app.requesting import checked_params
from void_studio.app.settings import RenderSettings
from void_studio.core import UsageError
from void_studio.engine import EngineInfo, ParamKind

__all__ = ["Asked", "parse_seeds"]

_MOST_SEEDS = 64


@dataclass(frozen=True, slots=True)
class Asked:
    """`frames` (first-last) of the version `take` are rendered again; "" for a whole shot.

    `seeds` make one version each; none is one version with the engine's own seed.
    """

    frames: str = ""
    take: str = ""
    seeds: tuple[int, ...] = ()

    def check(self, shots: int) -> None:
        """Raise UsageError when this can not be asked for so many shots."""
        if bool(self.frames) != bool(self.take):
            raise UsageError("--frames and --from belong together", hint="give both, or neither")
        if self.frames and shots != 1:
            raise UsageError("--frames is for one shot", hint="give one --shot ID")

    def variants(self, engine: EngineInfo, settings: RenderSettings) -> Iterator[RenderSettings]:
        """The settings of every version. Raises UsageError for what the engine does not take."""
        if not self.seeds:
            checked_params(engine, settings)
            yield settings
            return
        if not any(spec.name == "seed" and spec.kind is ParamKind.INT for spec in engine.params):
            raise UsageError(f"engine {engine.id} has no seed", hint="leave --seeds out")
        if any(text.startswith("seed=") for text in settings.params):
            raise UsageError("a seed is given twice", hint="use --seeds or --param seed=N")
        for seed in self.seeds:
            each = replace(settings, params=(*settings.params, f"seed={seed}"))
            checked_params(engine, each)
            yield each


def parse_seeds(text: str | None) -> tuple[int, ...]:
    """`1,2,3`. Raises UsageError for anything else, and for one seed twice."""
    if text is None:
        return ()
    try:
        seeds = tuple(int(part) for part in text.split(","))
    except ValueError:
        raise UsageError(f"--seeds {text[:80]!r}", hint="write whole numbers: 1,2,3") from None
    if len(set(seeds)) != len(seeds) or len(seeds) > _MOST_SEEDS or min(seeds) < 0:
        raise UsageError(
            f"--seeds {text[:80]!r}", hint=f"up to {_MOST_SEEDS} different numbers from 0 on"
        )
    return seeds
