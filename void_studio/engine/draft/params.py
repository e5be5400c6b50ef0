"""The parameters of the draft engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from void_studio.engine.params import ParamKind, ParamSpec, ParamValue

__all__ = ["SPECS", "Camera", "DraftParams"]


class Camera(Enum):
    """How the camera is taken to move."""

    AUTO = "auto"
    LOCKED = "locked"
    MOVING = "moving"


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
)


@dataclass(frozen=True, slots=True)
class DraftParams:
    """Checked values of `SPECS`; `blend` and `margin` in canvas pixels."""

    camera: Camera
    donors: int
    gain: bool
    blend: int
    margin: int

    @classmethod
    def of(cls, values: Mapping[str, ParamValue]) -> DraftParams:
        """From a complete mapping, as `complete_params` returns it."""
        return cls(
            Camera(values["camera"]),
            int(values["donors"]),
            bool(values["gain"]),
            int(values["blend"]),
            int(values["margin"]),
        )
