"""The canvas of a job: the engine's own, or another that its parameters ask for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from void_studio.core import Extent, UsageError
from void_studio.engine.params import ParamValue
from void_studio.engine.protocol import EngineInfo

__all__ = ["CANVAS_PARAM", "with_canvas"]

CANVAS_PARAM = "canvas"
_FORM = re.compile(r"(\d{1,5})x(\d{1,5})")
_STEP = 16
_LARGEST = 4096


def with_canvas(info: EngineInfo, params: Mapping[str, ParamValue]) -> EngineInfo:
    """The facts, with the canvas that a complete set of parameters asks for.

    Raises UsageError, naming the nearest sizes, for one that is no WIDTHxHEIGHT of multiples of 16.
    """
    if CANVAS_PARAM not in params:
        return info
    text = str(params[CANVAS_PARAM])
    match = _FORM.fullmatch(text)
    if not match:
        raise UsageError(f"canvas {text[:40]!r}", hint="write WIDTHxHEIGHT, as 672x384")
    width, height = int(match[1]), int(match[2])
    nearest = tuple(min(_LARGEST, max(1, round(side / _STEP)) * _STEP) for side in (width, height))
    if (width, height) != nearest:
        raise UsageError(
            f"a canvas of {text} does not fit the model: sides are multiples of {_STEP}",
            hint=f"use {nearest[0]}x{nearest[1]}",
        )
    return replace(info, canvas=Extent(width, height))
