"""Defaults that a person may override by an option."""

from __future__ import annotations

from dataclasses import dataclass

from void_studio.engine import Exactness
from void_studio.finish import FramingMode

__all__ = ["RenderSettings"]


@dataclass(frozen=True, slots=True)
class RenderSettings:
    """How a shot is rendered, apart from its quadmask.

    `params` are `name=value` as written. `handles` are frames on each side of the source range;
    `feather` is in plate pixels. `again` asks for a new attempt of a job that was done before.
    """

    engine: str = "draft"
    params: tuple[str, ...] = ()
    prompt: str = ""
    handles: int = 8
    framing: FramingMode = FramingMode.AUTO
    feather: float = 3.0
    allow: Exactness = Exactness.EXACT
    grain: bool = True
    again: bool = False
