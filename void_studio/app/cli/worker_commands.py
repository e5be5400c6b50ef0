"""`worker add|list|test|remove`: the workers on other machines that this studio may use."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from void_studio.app.cli.console import DEBUG_OPTION, JSON_OPTION, Console, reported

__all__ = ["register"]

group = typer.Typer(help="Workers on other machines.")
WorkerName = Annotated[str, typer.Argument(help="The name that it has, or gets, here.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(group, name="worker")


@group.command("add")
def add(
    name: WorkerName,
    address: Annotated[str, typer.Argument(help="HOST:PORT")],
    fingerprint: Annotated[
        str, typer.Option("--fingerprint", help="As void-worker init printed it.")
    ] = "",
    token: Annotated[
        str, typer.Option("--token", help="The pairing token; asked for when it is not given.")
    ] = "",
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """Pair this studio with a worker: its certificate is pinned and its token kept."""
    with reported(debug=debug):
        from void_studio.app.workers import Workers, where_tokens_go

        worker = Workers().add(name, address, fingerprint, token or _asked_token())
        console = Console(as_json)
        console.note(where_tokens_go())
        console.result(worker.facts(), [f"{name} is {worker.address}; try: worker test {name}"])


@group.command("list")
def list_(
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """List the workers that were added."""
    with reported(debug=debug):
        from void_studio.app.workers import Workers

        workers = Workers()
        found = workers.all()
        Console(as_json).result(
            {"file": str(workers.path), "workers": [worker.facts() for worker in found]},
            [f"{worker.name}  {worker.address}  {worker.fingerprint}" for worker in found],
        )


@group.command("test")
def examine(
    name: Annotated[str, typer.Argument(help="local, a worker's name, or HOST:PORT")],
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """Reach a worker and tell what it offers; fails with the reason when it can not be used."""
    with reported(debug=debug):
        from void_studio.app.workers import examine_worker

        facts = examine_worker(name)
        devices = ", ".join(f"{device['id']} {device['name']}" for device in facts["devices"])
        Console(as_json).result(
            facts,
            [
                f"{name} at {facts['address']} works: build {facts['build']}, {devices}",
                f"engines: {', '.join(facts['engines'])}",
                f"segmenters: {', '.join(facts['segmenters'])}",
                f"{facts['queued']} queued, {facts['running']} running",
            ],
        )


@group.command("remove")
def remove(
    name: WorkerName,
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """Forget a worker and its token."""
    with reported(debug=debug):
        from void_studio.app.workers import Workers

        worker = Workers().remove(name)
        Console(as_json).result(worker.facts(), [f"{name} ({worker.address}) is forgotten"])


def _asked_token() -> str:
    """The token from VOID_STUDIO_TOKEN, else from a person who types it unseen."""
    named = os.environ.get("VOID_STUDIO_TOKEN", "")
    if named or not sys.stdin.isatty():
        return named
    return str(typer.prompt("pairing token", hide_input=True))
