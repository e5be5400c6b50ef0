"""Options that the commands share which turn plates into jobs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from void_studio.app.cli.console import WORKER_HELP

if TYPE_CHECKING:
    from void_studio.app.settings import RenderSettings

__all__ = [
    "Again",
    "AllReady",
    "Allow",
    "BestWorker",
    "Engine",
    "Feather",
    "Frames",
    "FramingOption",
    "FromTake",
    "Grain",
    "Handles",
    "Params",
    "ProjectFile",
    "ProjectLinks",
    "Prompt",
    "QuadmaskOption",
    "Seeds",
    "Shots",
    "VersionsFolder",
    "WorkerOption",
    "render_settings",
]

QuadmaskOption = Annotated[
    Path,
    typer.Option("--quadmask", help="A quadmask, or a folder with one per shot, SHOT_ID.mkv."),
]
Shots = Annotated[list[str] | None, typer.Option("--shot", help="A shot's id.")]
AllReady = Annotated[
    bool, typer.Option("--all-ready", help="Every shot that has a quadmask and its media.")
]
Prompt = Annotated[str, typer.Option("--prompt", help="What remains in the shot.")]
Engine = Annotated[str, typer.Option("--engine")]
Params = Annotated[list[str] | None, typer.Option("--param", help="name=value")]
Seeds = Annotated[
    str | None, typer.Option("--seeds", help="1,2,3: a version for each of these seeds.")
]
Frames = Annotated[
    str, typer.Option("--frames", help="FIRST-LAST: render these again, with --from.")
]
FromTake = Annotated[
    str, typer.Option("--from", help="Where all other frames come from: v001, or its folder.")
]
Allow = Annotated[
    Literal["exact", "near"],
    typer.Option("--allow", help="near: plans and tiers whose numbers differ a little."),
]
Handles = Annotated[int, typer.Option("--handles", min=0, max=1000)]
FramingOption = Annotated[Literal["auto", "full", "crop"], typer.Option("--framing")]
Feather = Annotated[float, typer.Option("--feather", min=0, max=16, help="In pixels.")]
Grain = Annotated[bool, typer.Option(help="Give the fill the plate's grain.")]
Again = Annotated[bool, typer.Option("--again", help="Render even if it was done.")]
WorkerOption = Annotated[str, typer.Option("--worker", help=WORKER_HELP)]
BestWorker = Annotated[
    str,
    typer.Option(
        "--worker",
        help="local, best, the name of a worker that was added, or HOST:PORT. "
        "Left out: best where several were added, else local.",
    ),
]
VersionsFolder = Annotated[
    Path | None, typer.Option("--versions", help="Where versions go; beside the timeline.")
]
ProjectFile = Annotated[
    Path | None, typer.Option("--project", help="Keep request and version in this project.")
]
ProjectLinks = Annotated[
    Path | None, typer.Option("--project", help="Take links of media from this project.")
]


def render_settings(
    engine: str,
    param: list[str] | None,
    prompt: str,
    handles: int,
    framing: str,
    feather: float,
    *,
    allow: str = "exact",
    grain: bool = True,
    again: bool = False,
) -> RenderSettings:
    """The options as the studio takes them."""
    from void_studio.app.settings import RenderSettings
    from void_studio.engine import Exactness
    from void_studio.finish import FramingMode

    return RenderSettings(
        engine=engine,
        params=tuple(param or ()),
        prompt=prompt,
        handles=handles,
        framing=FramingMode(framing),
        feather=feather,
        allow=Exactness(allow),
        grain=grain,
        again=again,
    )
