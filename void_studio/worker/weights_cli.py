"""`void-worker weights list|fetch|verify|path|remove`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from void_studio.core import Refused
from void_studio.worker.folders import StateFolder

__all__ = ["group"]

group = typer.Typer(
    help="Weights of models. Nothing is ever fetched without this command.", no_args_is_help=True
)

JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]
StateOption = Annotated[Path | None, typer.Option(help="Where digests that were learnt are kept.")]
Names = Annotated[
    list[str],
    typer.Argument(metavar="NAME...", help="Weights, or an engine: void, void:2, sam2."),
]
_MB = 10**6


@group.command("list")
def list_(state: StateOption = None, json_: JsonOption = False) -> None:
    """What there is, what of it is here, its size and licence."""
    from void_studio.worker.weights_desk import listed

    _print(listed(_pins_path(state)), json_, _listed_lines)


@group.command()
def fetch(
    names: Names,
    accept_licence: Annotated[
        bool, typer.Option("--accept-licence", help="Accept the licences without being asked.")
    ] = False,
    mirror: Annotated[
        Path | None, typer.Option(help="Take them from this folder, laid out as the weights are.")
    ] = None,
    state: StateOption = None,
    json_: JsonOption = False,
) -> None:
    """Fetch weights; one that was broken off goes on where it stopped."""
    from void_studio.worker.weights_desk import fetched

    def accept(licence: str) -> bool:
        print(licence, file=sys.stderr)
        if accept_licence:
            return True
        if not sys.stdin.isatty():
            raise Refused(
                "the licence was not accepted", hint="read it above, then add --accept-licence"
            )
        return typer.confirm("Do you accept this licence?", err=True)

    facts = fetched(names, mirror, _pins_path(state), accept=accept, on_progress=_Progress("fetch"))
    _print(facts, json_, lambda value: iter([f"{value['root']}: {_sum_line(value)}"]))


@group.command()
def verify(
    names: Names,
    learn_again: Annotated[
        bool, typer.Option("--learn-again", help="Take what is there now as right.")
    ] = False,
    state: StateOption = None,
    json_: JsonOption = False,
) -> None:
    """Read every file and compare it with its digest; exit code 1 when one is not right."""
    from void_studio.worker.weights_desk import verified

    facts = verified(
        names, _pins_path(state), learn_again=learn_again, on_progress=_Progress("verify")
    )
    _print(facts, json_, _verified_lines)
    if not facts["ok"]:
        raise typer.Exit(1)


@group.command()
def path(
    name: Annotated[str, typer.Argument(help="Weights, or an engine: void, void:2, sam2.")],
    json_: JsonOption = False,
) -> None:
    """Print the folders that have them; exit code 4 when they are not here."""
    from void_studio.worker.weights_desk import where

    _print(where(name), json_, lambda value: iter(value["folders"].values()))


@group.command()
def remove(
    names: Names,
    json_: JsonOption = False,
) -> None:
    """Remove weights from the weights folder: the files of the catalogue and nothing else."""
    from void_studio.worker.weights_desk import removed

    _print(
        removed(names), json_, lambda value: iter([f"{value['freed_bytes'] / _MB:.0f} MB freed"])
    )


def _pins_path(state: Path | None) -> Path:
    return (StateFolder(state) if state else StateFolder.default()).weights


def _print(value: Mapping[str, Any], as_json: bool, lines: Any) -> None:
    if as_json:
        print(json.dumps(value))
        return
    for line in lines(value):
        print(line)


def _listed_lines(value: Mapping[str, Any]) -> Iterator[str]:
    yield f"{value['root']}: {value['free_bytes'] / 1e9:.1f} GB free"
    for item in value["weights"]:
        where = item["folder"] or f"not here: {item['how_to_get']}"
        yield (
            f"{item['name']:24} {item['about_bytes'] / 1e9:6.2f} GB  {item['state']:8}"
            f"  {item['licence']}  {where}"
        )


def _verified_lines(value: Mapping[str, Any]) -> Iterator[str]:
    for item in value["files"]:
        why = f": {item['why']}" if item["why"] else ""
        yield f"{item['found']:8}{item['path']}{why}"


def _sum_line(value: Mapping[str, Any]) -> str:
    count = len(value["fetched"])
    return f"{count} files, {value['bytes'] / _MB:.0f} MB" if count else "all of it was here"


class _Progress:
    """Percent on stderr, one line that redraws itself; silent where stderr is no terminal."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._shown = -1

    def __call__(self, done: int, total: int) -> None:
        percent = done * 100 // max(1, total)
        if percent == self._shown or not sys.stderr.isatty():
            return
        self._shown = percent
        end = "\n" if done >= total else ""
        line = f"{self._what}: {percent} % of {total / _MB:.0f} MB"
        print(f"\r\033[K{line}", end=end, file=sys.stderr, flush=True)
