"""`quadmask pack|unpack|check|model-view`: layers to stored numbers and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from void_studio.app.cli.console import DEBUG_OPTION, JSON_OPTION, Console, reported

__all__ = ["register"]

QuadmaskPath = Annotated[
    Path, typer.Argument(help="A quadmask: a movie or a folder of PNGs.", metavar="QUADMASK")
]
Out = Annotated[Path, typer.Option("--out", help="The file to write.")]

group = typer.Typer(help="Quadmasks: pack, unpack, check, see as the model does.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(group, name="quadmask")


@group.command("pack")
def pack(
    out: Out,
    remove: Annotated[Path | None, typer.Option("--remove", help="Matte: what goes.")] = None,
    affected: Annotated[
        Path | None, typer.Option("--affected", help="Matte: what it did to the scene.")
    ] = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """Make a quadmask of two black-and-white mattes; white is set."""
    with reported(debug=debug):
        from void_studio.app.quadmasks import pack_files

        facts = pack_files(remove, affected, out)
        Console(as_json).result(facts, [f"{out}: {facts['frames']} frames"])


@group.command("unpack")
def unpack(
    quadmask: QuadmaskPath,
    remove: Annotated[Path | None, typer.Option("--remove", help="Matte to write.")] = None,
    affected: Annotated[Path | None, typer.Option("--affected", help="Matte to write.")] = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """Write the layers of a quadmask as black-and-white mattes; white is set."""
    with reported(debug=debug):
        from void_studio.app.quadmasks import unpack_file

        facts = unpack_file(quadmask, remove, affected)
        Console(as_json).result(facts, [f"{path}" for path in facts["written"]])


@group.command("check")
def check(
    quadmask: QuadmaskPath,
    plate: Annotated[
        Path | None, typer.Option("--plate", help="A plate whose size it must have.")
    ] = None,
    suggestion: Annotated[
        Path | None, typer.Option("--suggestion", help="What `suggest-affected` wrote.")
    ] = None,
    flow: Annotated[
        bool, typer.Option("--flow", help="Also follow the motion of the plate: reads all of it.")
    ] = False,
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """Count what is in a quadmask; exit code 1 when values are off or frames look forgotten."""
    with reported(debug=debug):
        from void_studio.app.quadmasks import check_file

        facts = check_file(quadmask, plate, suggestion=suggestion, flow=flow)
        Console(as_json).result(facts, _check_lines(facts))
        if not facts["ok"]:
            raise typer.Exit(1)


def _check_lines(facts: dict[str, Any]) -> list[str]:
    """Counts as they are, drift only where it looks wrong."""
    guards = ("drift", "suspects", "warnings")
    lines = [f"{key}: {value}" for key, value in facts.items() if key not in guards]
    lines += [
        f"suspect: frame {item['frame']}, {', '.join(item['reasons'])}"
        for item in facts["suspects"]
    ]
    for item in facts["warnings"]:
        frames = item["frames"]
        where = f"frames {frames[0]}-{frames[-1]}" if len(frames) > 1 else f"frame {frames[0]}"
        lines.append(f"warning: {item['guard']}, {len(frames)} in {where}: {item['advice']}")
    return lines


@group.command("model-view")
def model_view(
    quadmask: QuadmaskPath,
    out: Out,
    model_pass: Annotated[int, typer.Option("--pass", min=1, max=2)] = 1,
    frame0_rule: Annotated[
        bool, typer.Option(help="Clear grey in frame 0, as the model was trained.")
    ] = True,
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """Write what the VOID model sees of a quadmask: its canvas, its cuts, its three classes."""
    with reported(debug=debug):
        from void_studio.app.quadmasks import write_model_view

        facts = write_model_view(quadmask, out, model_pass=model_pass, frame0_rule=frame0_rule)
        lines = [f"{key}: {value}" for key, value in facts.items()]
        Console(as_json).result(facts, lines)
