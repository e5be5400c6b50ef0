"""Where a session of SAM 2 runs, and in which precision."""

from __future__ import annotations

import os
from collections.abc import Callable

import torch

from void_studio.assist.protocol import FrameSource, Say
from void_studio.assist.sam2.fallback import FallbackSession
from void_studio.assist.sam2.model import Model
from void_studio.assist.sam2.tracker import Encoded, Sam2Tracker
from void_studio.assist.session import TrackingSession
from void_studio.core import FrameRange, UsageError

__all__ = ["NEEDS_BYTES", "chosen_device", "chosen_type", "open_safely", "open_session"]

PRECISION_VARIABLE = "VOID_STUDIO_SAM2_PRECISION"
NEEDS_BYTES = 2_500_000_000
_TYPES = {"fp32": torch.float32, "bf16": torch.bfloat16}
_GB = 10**9


def open_session(
    model: Model, id_: str, source: FrameSource, frames: FrameRange
) -> TrackingSession:
    """A session of a loaded model."""
    encoded = Encoded(model, frames)
    return TrackingSession(
        source, frames, id_, lambda reader: Sam2Tracker(encoded, reader), encoded.of
    )


def open_safely(
    model: Model,
    load_on: Callable[[torch.device], Model],
    id_: str,
    source: FrameSource,
    frames: FrameRange,
    say: Say,
) -> FallbackSession:
    """A session that goes on on the CPU, and says so, when the GPU's memory runs out."""

    def on_cpu() -> TrackingSession:
        say(
            "the GPU has no memory left: the session goes on on the CPU, some seconds a frame;"
            " the segmenter flow is faster there"
        )
        return open_session(load_on(torch.device("cpu")), id_, source, frames)

    return FallbackSession(open_session(model, id_, source, frames), on_cpu)


def chosen_device(say: Say) -> torch.device:
    """The first GPU, where it has the memory that a session needs; else the CPU, which is said."""
    if not torch.cuda.is_available():
        say("no GPU is here: SAM 2 runs on the CPU, some seconds a frame")
        return torch.device("cpu")
    free = torch.cuda.mem_get_info(0)[0]
    if free < NEEDS_BYTES:
        say(
            f"the GPU has {free / _GB:.1f} GB free, a session needs {NEEDS_BYTES / _GB:.1f}:"
            " SAM 2 runs on the CPU; the segmenter flow is faster there"
        )
        return torch.device("cpu")
    _set_aside(NEEDS_BYTES)
    return torch.device("cuda", 0)


def chosen_type(device: torch.device) -> torch.dtype:
    """What VOID_STUDIO_SAM2_PRECISION says, bf16 or fp32; without it bf16 on a GPU, else fp32."""
    named = os.environ.get(PRECISION_VARIABLE) or ("bf16" if device.type == "cuda" else "fp32")
    if named not in _TYPES:
        raise UsageError(f"{PRECISION_VARIABLE} is {named!r}", hint="use bf16 or fp32")
    return _TYPES[named]


def _set_aside(size_bytes: int) -> None:
    """Take the memory now and keep it in this process, whose allocator deals it out later.

    So a render that is planned while the session is open sees it as taken.
    """
    torch.empty(size_bytes, dtype=torch.uint8, device="cuda:0")
