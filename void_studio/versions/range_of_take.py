"""A request for a part of a shot: the other frames are those of an earlier version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from void_studio.core import BadInput, FrameRange
from void_studio.versions.strict import Fields
from void_studio.versions.values import range_from, range_value

__all__ = ["RangeOfTake"]


@dataclass(frozen=True, slots=True)
class RangeOfTake:
    """`frames` are made anew, in the plate's numbering; all others are copied from a version.

    `clip` is what the engine was given. `folder` is where the version was; `recipe` and `master`
    are the digests of its recipe and master; `engine` and `build` made it.
    """

    frames: FrameRange
    clip: FrameRange
    folder: str
    recipe: str
    master: str
    engine: str
    build: str

    def value(self) -> dict[str, Any]:
        """As JSON; `read` reads it."""
        return {
            "frames": range_value(self.frames),
            "clip": range_value(self.clip),
            "folder": self.folder,
            "recipe": self.recipe,
            "master": self.master,
            "engine": self.engine,
            "build": self.build,
        }

    @classmethod
    def read(cls, fields: Fields) -> RangeOfTake:
        """What `value` wrote."""
        part = cls(
            range_from(fields, "frames"),
            range_from(fields, "clip"),
            fields.text("folder"),
            fields.digest("recipe"),
            fields.digest("master"),
            fields.text("engine"),
            fields.text("build"),
        )
        fields.done()
        if not part.frames or not part.clip.covers(part.frames):
            raise BadInput("range_of_take.frames is empty or not inside its clip")
        return part
