"""`void-worker`: the worker's command line."""

from __future__ import annotations

import json
import logging
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from void_studio.core import StudioError
from void_studio.worker.address import Address
from void_studio.worker.folders import StateFolder

__all__ = ["app", "main"]

app = typer.Typer(
    name="void-worker",
    help="Renders removals for VOID Studio.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def _about() -> None:
    """Keeps `serve` a command of its own name."""


@app.command()
def serve(
    listen: Annotated[
        str, typer.Option(help="Loopback address; port 0 takes a free one.")
    ] = "127.0.0.1:0",
    state: Annotated[
        Path | None, typer.Option(help="Folder for jobs, blobs, logs and worker.json.")
    ] = None,
    idle_s: Annotated[
        float | None, typer.Option(help="End after so many seconds without a job or a call.")
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Serve until stopped. The token stands in worker.json of the state folder."""
    from void_studio.worker.server import serve as serve_worker
    from void_studio.worker.wiring import Worker

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")

    def say(worker: Worker) -> None:
        line = f"listening on {worker.address}; the token is in {worker.folder.record}"
        facts = {
            "address": str(worker.address),
            "pid": os.getpid(),
            "record": str(worker.folder.record),
        }
        print(json.dumps(facts) if json_ else line, flush=True)

    folder = StateFolder(state) if state else StateFolder.default()
    serve_worker(folder, Address.parse(listen), idle_s=idle_s, on_ready=say)


def main() -> None:
    """Run the command line: one line on stderr and the error's exit code when it fails."""
    try:
        app()
    except StudioError as error:
        print(f"void-worker: {error.line()}", file=sys.stderr)
        raise SystemExit(error.exit_code) from None
