"""Options that `render` and `estimate` share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from void_studio.app.cli.console import WORKER_HELP

__all__ = [
    "AllReady",
    "Allow",
    "Engine",
    "Feather",
    "FramingOption",
    "Handles",
    "Params",
    "ProjectLinks",
    "Prompt",
    "QuadmaskOption",
    "Shots",
    "WorkerOption",
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
Handles = Annotated[int, typer.Option("--handles", min=0, max=1000)]
FramingOption = Annotated[Literal["auto", "full", "crop"], typer.Option("--framing")]
Feather = Annotated[float, typer.Option("--feather", min=0, max=16, help="In pixels.")]
Allow = Annotated[
    Literal["exact", "near"],
    typer.Option("--allow", help="near: plans and tiers whose numbers differ a little."),
]
WorkerOption = Annotated[str, typer.Option("--worker", help=WORKER_HELP)]
ProjectLinks = Annotated[
    Path | None, typer.Option("--project", help="Take links of media from this project.")
]
