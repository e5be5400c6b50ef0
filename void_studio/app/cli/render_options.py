"""Options that the commands share which turn shots into jobs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from void_studio.app.settings import RenderSettings

__all__ = [
    "BEST_HELP",
    "Again",
    "AllReady",
    "EngineName",
    "Feather",
    "FramingName",
    "Grain",
    "Handles",
    "Params",
    "ProjectFile",
    "Prompt",
    "QuadmaskPath",
    "ShotIds",
    "VersionsFolder",
    "render_settings",
]

BEST_HELP = (
    "local, best, the name of a worker that was added, or HOST:PORT. "
    "Left out: best where several were added, else local."
)
FramingName = Annotated[Literal["auto", "full", "crop"], typer.Option("--framing")]
QuadmaskPath = Annotated[
    Path,
    typer.Option("--quadmask", help="A quadmask, or a folder with one per shot, SHOT_ID.mkv."),
]
ShotIds = Annotated[list[str] | None, typer.Option("--shot", help="A shot's id.")]
AllReady = Annotated[
    bool, typer.Option("--all-ready", help="Every shot that has a quadmask and its media.")
]
Prompt = Annotated[str, typer.Option("--prompt", help="What remains in the shot.")]
EngineName = Annotated[str, typer.Option("--engine")]
Params = Annotated[list[str] | None, typer.Option("--param", help="name=value")]
Handles = Annotated[int, typer.Option("--handles", min=0, max=1000)]
Feather = Annotated[float, typer.Option("--feather", min=0, max=16, help="In pixels.")]
Grain = Annotated[bool, typer.Option(help="Give the fill the plate's grain.")]
Again = Annotated[bool, typer.Option("--again", help="Render even if it was done.")]
VersionsFolder = Annotated[
    Path | None, typer.Option("--versions", help="Where versions go; beside the timeline.")
]
ProjectFile = Annotated[
    Path | None, typer.Option("--project", help="Keep request and version in this project.")
]


def render_settings(
    engine: str,
    param: list[str] | None,
    prompt: str,
    handles: int,
    framing: str,
    feather: float,
    *,
    grain: bool,
    again: bool = False,
) -> RenderSettings:
    """The options as the studio takes them."""
    from void_studio.app.settings import RenderSettings
    from void_studio.finish import FramingMode

    return RenderSettings(
        engine=engine,
        params=tuple(param or ()),
        prompt=prompt,
        handles=handles,
        framing=FramingMode(framing),
        feather=feather,
        grain=grain,
        again=again,
    )
