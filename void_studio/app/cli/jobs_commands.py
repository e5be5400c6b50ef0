"""`jobs list|watch|cancel|fetch|delete`: what a worker has to do and has done."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from void_studio.app.cli.console import (
    DEBUG_OPTION,
    JSON_OPTION,
    WORKER_HELP,
    Console,
    reported,
)

__all__ = ["register"]

group = typer.Typer(help="Jobs of a worker; they go on whether anybody looks or not.")
JobId = Annotated[str, typer.Argument(help="As jobs list shows it.")]
WorkerOption = Annotated[str, typer.Option("--worker", help=WORKER_HELP)]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(group, name="jobs")


@group.command("list")
def list_(
    worker: WorkerOption = "local",
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """List a worker's jobs, the newest first."""
    with reported(debug=debug):
        from void_studio.app.worker_jobs import job_line, list_jobs

        facts = list_jobs(worker)
        Console(as_json).result(facts, [job_line(job) for job in facts["jobs"]])


@group.command("watch")
def watch(
    job: JobId,
    worker: WorkerOption = "local",
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """Follow a job until it has ended; Ctrl-C stops looking, not the job."""
    console = Console(as_json)
    with reported(debug=debug), console.interruptible():
        from void_studio.app.worker_jobs import job_line, watch_job

        facts = watch_job(worker, job, console, cancelled=console.cancelled)
        console.result(facts, [job_line(facts)])


@group.command("cancel")
def cancel(
    job: JobId,
    worker: WorkerOption = "local",
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """Ask a job to stop; a second time, its process is ended."""
    with reported(debug=debug):
        from void_studio.app.worker_jobs import cancel_job, job_line

        facts = cancel_job(worker, job)
        Console(as_json).result(facts, [job_line(facts)])


@group.command("fetch")
def fetch(
    job: JobId,
    out: Annotated[Path, typer.Option("--out", help="A folder for the patches.")],
    worker: WorkerOption = "local",
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """Fetch what an engine made, as NumPy files; the same render publishes it as a version."""
    console = Console(as_json)
    with reported(debug=debug):
        from void_studio.app.worker_jobs import fetch_job

        def step(done: int, total: int) -> None:
            console.progress("fetch", done, total, None)

        facts = fetch_job(worker, job, out, step=step)
        console.result(facts, [f"{len(facts['patches'])} patches are in {out}"])


@group.command("delete")
def delete(
    job: JobId,
    worker: WorkerOption = "local",
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """Have the worker forget a job that has ended, with all that only it needed."""
    with reported(debug=debug):
        from void_studio.app.worker_jobs import delete_job

        facts = delete_job(worker, job)
        Console(as_json).result(facts, [f"{job} is forgotten"])
