"""`void-worker`: the worker's command line."""

from __future__ import annotations

import json
import logging
import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

import typer

from void_studio.core import Refused, StudioError, UsageError
from void_studio.worker.address import Address
from void_studio.worker.folders import StateFolder
from void_studio.worker.weights_cli import group as weights

__all__ = ["app", "main"]

app = typer.Typer(
    name="void-worker",
    help="Renders removals for VOID Studio.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(weights, name="weights")

StateOption = Annotated[
    Path | None, typer.Option(help="Folder for jobs, blobs, logs and worker.json.")
]
_DAYS = 3650
_GB = 10**9


@app.command()
def init(
    state: StateOption = None,
    days: Annotated[int, typer.Option(min=1, max=36500, help="The certificate's life.")] = _DAYS,
    again: Annotated[
        bool, typer.Option("--again", help="Replace what is there; every studio is added anew.")
    ] = False,
    json_: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Make this worker's key, certificate and pairing token. The token is shown only now."""
    from void_studio.worker.identity import has_identity, make_identity

    folder = _folder(state).identity
    if has_identity(folder) and not again:
        raise Refused(
            "this worker has a certificate and a token already",
            where=folder,
            hint="replace both with --again, and add the worker anew in every studio",
        )
    made = make_identity(folder, valid=timedelta(days=days))
    facts = {
        "folder": str(made.folder),
        "fingerprint": made.fingerprint,
        "token": made.token,
        "expires_at": made.expires_at.isoformat(timespec="seconds"),
    }
    if json_:
        print(json.dumps(facts))
        return
    print(f"fingerprint {made.fingerprint}")
    print(f"token       {made.token}")
    print(f"Note the token now: only its digest is kept, in {made.folder}.")
    print(f"The certificate is good until {made.expires_at:%Y-%m-%d}.")


@app.command()
def health() -> None:
    """End with 0 when the worker of this machine's state folder answers, as for a container."""
    from void_studio.worker.local import connect_local

    with connect_local(start=False) as runner:
        print(f"the worker at {runner.address} answers")


@app.command("run-bundle")
def run_bundle(
    bundle: Annotated[Path, typer.Argument(help="A folder that void-studio farm bundle made.")],
    job: Annotated[str, typer.Argument(help="Which of its jobs.")],
) -> None:
    """Run one job of a bundle here, without serving: for a farm. Again, it goes on or is done."""
    from void_studio.jobs import JobBundle
    from void_studio.worker.bundle_run import run_bundled

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    new = run_bundled(JobBundle(bundle), job)
    print(f"{job} is rendered" if new else f"{job} was rendered before")


def _folder(state: Path | None) -> StateFolder:
    return StateFolder(state) if state else StateFolder.default()


@app.command()
def serve(
    listen: Annotated[
        str, typer.Option(help="HOST:PORT; port 0 takes a free one.")
    ] = "127.0.0.1:0",
    tls: Annotated[
        bool, typer.Option("--tls", help="TLS on loopback too; elsewhere it always is.")
    ] = False,
    state: StateOption = None,
    idle_s: Annotated[
        float | None, typer.Option(help="End after so many seconds without a job or a call.")
    ] = None,
    quota_gb: Annotated[
        float | None,
        typer.Option(min=0, help="For frames and results, in GB; half of what the disk has left."),
    ] = None,
    child_idle_s: Annotated[
        float, typer.Option(min=0, help="End the render process after so long without a job.")
    ] = 300.0,
    session_idle_s: Annotated[
        float, typer.Option(min=0.1, help="End a segmenter session that was silent for so long.")
    ] = 600.0,
    executor: Annotated[
        Literal["local", "ray"], typer.Option(help="What renders: this machine, or a Ray cluster.")
    ] = "local",
    ray_address: Annotated[
        str | None,
        typer.Option(help="The cluster, as in auto; without it one is started on this machine."),
    ] = None,
    slots: Annotated[
        int | None,
        typer.Option(min=1, max=1024, help="Jobs at once on a cluster; one for every GPU."),
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Serve until stopped.

    For other machines a certificate is needed: void-worker init. Studios on this machine find the
    token in worker.json of the state folder.
    """
    from void_studio.worker.server import serve as serve_worker
    from void_studio.worker.wiring import Terms, Worker

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")

    def say(worker: Worker) -> None:
        line = f"listening on {worker.address}; the token is in {worker.folder.record}"
        facts = {
            "address": str(worker.address),
            "pid": os.getpid(),
            "record": str(worker.folder.record),
            "fingerprint": worker.identity.fingerprint if worker.identity else None,
        }
        print(json.dumps(facts) if json_ else line, flush=True)

    quota = None if quota_gb is None else round(quota_gb * _GB)
    if executor == "local" and (ray_address is not None or slots is not None):
        raise UsageError("--ray-address and --slots are for --executor ray")
    terms = Terms(
        tls=tls,
        quota_bytes=quota,
        child_idle_s=child_idle_s,
        session_idle_s=session_idle_s,
        ray=executor == "ray",
        ray_address=ray_address,
        slots=slots,
    )
    serve_worker(_folder(state), Address.parse(listen), terms, idle_s=idle_s, on_ready=say)


def main() -> None:
    """Run the command line: one line on stderr and the error's exit code when it fails."""
    try:
        app()
    except StudioError as error:
        print(f"void-worker: {error.line()}", file=sys.stderr)
        raise SystemExit(error.exit_code) from None
