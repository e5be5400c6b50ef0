"""Takes: every finished job is one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from void_studio.versions.request import RenderRequest

__all__ = ["Take", "TakeState"]


class TakeState(Enum):
    """What a person thought of a take."""

    KEPT = "kept"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Take:
    """A finished result. `result` is the digest of its manifest, which names the patches."""

    request: RenderRequest
    result: str
    note: str = ""
    state: TakeState = TakeState.KEPT
