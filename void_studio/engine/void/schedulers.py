"""The two samplers that VOID's passes work with (VOID_SPEC 6); all others break (12.13)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from diffusers import CogVideoXDDIMScheduler, DDIMScheduler

from void_studio.core import BadInput, NotPresent, read_limited
from void_studio.engine.void.weights import HOW_TO_GET

__all__ = ["load_scheduler", "scheduler_of"]

_LIMIT_BYTES = 1 << 20
_UNKNOWN_TO_DDIM = "snr_shift_scale"


def load_scheduler(base: Path, *, model_pass: int) -> Any:
    """The sampler of a pass from the base model's scheduler file; it keeps no state between steps.

    Raises NotPresent or BadInput.
    """
    path = base / "scheduler" / "scheduler_config.json"
    if not path.is_file():
        raise NotPresent("weights are missing: no scheduler", where=path, hint=HOW_TO_GET)
    try:
        config = dict(json.loads(read_limited(path, _LIMIT_BYTES)))
    except (ValueError, TypeError, RecursionError) as error:
        raise BadInput(f"the scheduler's file is malformed ({error})", where=path) from error
    if config.get("prediction_type") != "v_prediction":
        raise BadInput("not the scheduler of this model", where=path, hint=HOW_TO_GET)
    return scheduler_of(config, model_pass=model_pass)


def scheduler_of(config: Mapping[str, Any], *, model_pass: int) -> Any:
    """The sampler of a pass from the base model's scheduler configuration."""
    known = {key: value for key, value in config.items() if key != "_class_name"}
    if model_pass == 2:
        return CogVideoXDDIMScheduler.from_config(known)
    known.pop(_UNKNOWN_TO_DDIM, None)
    return DDIMScheduler.from_config(known)
