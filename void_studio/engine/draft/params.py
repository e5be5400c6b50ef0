"""The parameters of the draft engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from void_studio.core import UsageError
from void_studio.engine.params import ParamKind, ParamSpec, ParamValue

__all__ = ["SPECS", "Camera", "DraftParams"]


class Camera(Enum):
    """How the camera is taken to move."""

    AUTO = "auto"
    LOCKED = "locked"
    MOVING = "moving"


WHOLE = -1

SPECS = (
    ParamSpec(
        "camera",
        ParamKind.CHOICE,
        Camera.AUTO.value,
        "auto measures it; locked fills from one still plate; moving aligns every frame",
        choices=tuple(camera.value for camera in Camera),
    ),
    ParamSpec(
        "donors", ParamKind.INT, 12, "frames that each frame may borrow from", low=1, high=24
    ),
    ParamSpec(
        "gain", ParamKind.BOOL, True, "match the exposure of borrowed pixels to the frame around"
    ),
    ParamSpec(
        "blend",
        ParamKind.INT,
        6,
        "pixels over which the fill takes on its surround",
        low=0,
        high=64,
    ),
    ParamSpec(
        "margin", ParamKind.INT, 16, "pixels around the fill that a patch covers", low=0, high=256
    ),
    ParamSpec(
        "only_first",
        ParamKind.INT,
        WHOLE,
        "first frame of the clip to fill, others are only borrowed from; -1 is all",
        low=WHOLE,
        high=1 << 31,
    ),
    ParamSpec(
        "only_last",
        ParamKind.INT,
        WHOLE,
        "last frame of the clip to fill; -1 is all",
        low=WHOLE,
        high=1 << 31,
    ),
)


@dataclass(frozen=True, slots=True)
class DraftParams:
    """Checked values of `SPECS`; `blend` and `margin` in canvas pixels.

    With `only_first` to `only_last`, indices into the clip, only frames in that range are filled,
    exactly as they would be with all others. -1 and -1 is the whole clip.
    """

    camera: Camera
    donors: int
    gain: bool
    blend: int
    margin: int
    only_first: int = WHOLE
    only_last: int = WHOLE

    def __post_init__(self) -> None:
        if (self.only_first == WHOLE) != (self.only_last == WHOLE) or (
            self.only_last < self.only_first
        ):
            raise UsageError(
                f"frames {self.only_first} to {self.only_last} are no range",
                hint="give both only_first and only_last, or neither",
            )

    def fills(self, frame: int) -> bool:
        """Whether a frame of the clip is in the range."""
        return self.only_first == WHOLE or self.only_first <= frame <= self.only_last

    @classmethod
    def of(cls, values: Mapping[str, ParamValue]) -> DraftParams:
        """From a complete mapping, as `complete_params` returns it."""
        return cls(
            Camera(values["camera"]),
            int(values["donors"]),
            bool(values["gain"]),
            int(values["blend"]),
            int(values["margin"]),
            int(values["only_first"]),
            int(values["only_last"]),
        )
