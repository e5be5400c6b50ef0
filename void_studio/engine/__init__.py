"""What fills: the Engine protocol, its parameters, and the engines that come with the studio."""

from void_studio.engine.canvas import with_canvas
from void_studio.engine.params import (
    ParamKind,
    ParamSpec,
    ParamValue,
    complete_params,
    parse_param,
)
from void_studio.engine.protocol import (
    CHECKPOINT_LIMIT_BYTES,
    NATIVE,
    Checkpoint,
    DeviceLost,
    Engine,
    EngineEvent,
    EngineInfo,
    Exactness,
    Log,
    OnEvent,
    Patch,
    Preview,
    Progress,
    Ran,
    RanFact,
    Stage,
)
from void_studio.engine.workload import Workload, is_partial, speed_variant, workload_of

__all__ = [
    "Engine",
    "EngineInfo",
    "NATIVE",
    "Exactness",
    "Patch",
    "ParamKind",
    "ParamSpec",
    "ParamValue",
    "complete_params",
    "parse_param",
    "EngineEvent",
    "OnEvent",
    "Stage",
    "Progress",
    "Preview",
    "Ran",
    "RanFact",
    "DeviceLost",
    "Checkpoint",
    "CHECKPOINT_LIMIT_BYTES",
    "Log",
    "Workload",
    "with_canvas",
    "is_partial",
    "speed_variant",
    "workload_of",
]
