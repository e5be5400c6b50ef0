"""All that a plugin may see: protocols, value types, the Registry."""

from void_studio.api.discovery import builtin_contributions, manifest_contributions, new_registry
from void_studio.api.registry import Contribution, Kind, Place, Registry
from void_studio.assist import Proposal, Segmenter, SegmenterSession
from void_studio.core import Extent, FrameRange, Rect, StudioError
from void_studio.engine import (
    Checkpoint,
    DeviceLost,
    Engine,
    EngineInfo,
    Exactness,
    Log,
    ParamKind,
    ParamSpec,
    Patch,
    Preview,
    Progress,
    Ran,
    Stage,
)
from void_studio.media import CanvasClip, Frame, FrameWriter, PlateReader, PlateRef

__all__ = [
    "Registry",
    "Contribution",
    "Kind",
    "Place",
    "new_registry",
    "builtin_contributions",
    "manifest_contributions",
    "Engine",
    "EngineInfo",
    "ParamKind",
    "ParamSpec",
    "Patch",
    "Stage",
    "Progress",
    "Preview",
    "Checkpoint",
    "Log",
    "Ran",
    "Exactness",
    "DeviceLost",
    "Segmenter",
    "SegmenterSession",
    "Proposal",
    "CanvasClip",
    "Frame",
    "FrameWriter",
    "PlateReader",
    "PlateRef",
    "Extent",
    "FrameRange",
    "Rect",
    "StudioError",
]
