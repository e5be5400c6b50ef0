"""The local worker: found through worker.json, or started, detached from the studio."""

from __future__ import annotations

import time

import psutil

from void_studio.core import NotPresent, StudioError, WorkerLost
from void_studio.worker.address import Address
from void_studio.worker.build import build_name, record_build
from void_studio.worker.folders import StateFolder, WorkerRecord
from void_studio.worker.processes import end_process, start_detached
from void_studio.worker.remote import connect_to
from void_studio.worker.runner import GrpcRunner

__all__ = ["connect_local"]

_START_S = 60.0
_LOOK_S = 0.1
_IDLE_S = 600
_LOCAL_PATIENCE_S = 3.0


def connect_local(*, start: bool = True) -> GrpcRunner:
    """A runner on this machine's own worker, which is started when none answers and `start`.

    Two studios that start one at once end with one worker: it locks its state folder, and both
    wait for whoever has it. An idle worker of another build is replaced. Raises NotPresent when
    none runs and none is to be started, WorkerLost when it does not come up.
    """
    folder = StateFolder.default()
    runner = _running(folder, replace=start)
    if runner is not None:
        return runner
    if not start:
        raise NotPresent(
            "no local worker runs", where=folder.path, hint="start one with void-worker serve"
        )
    stale = folder.read_record()
    folder.make()
    log = folder.logs / "worker.log"
    arguments = ["serve", "--state", str(folder.path), "--idle-s", str(_IDLE_S)]
    start_detached("void_studio.worker", arguments, log)
    give_up_s = time.monotonic() + _START_S
    while time.monotonic() < give_up_s:
        runner = _running(folder, replace=False)
        if runner is not None:
            return runner
        if _has_ended(folder, stale):
            break
        time.sleep(_LOOK_S)
    raise WorkerLost("the local worker did not start", where=log, hint="see that log")


def _running(folder: StateFolder, *, replace: bool) -> GrpcRunner | None:
    record = folder.read_record()
    if record is None:
        return None
    try:
        runner = connect_to(
            str(Address(record.host, record.port)),
            record.token,
            record.fingerprint,
            patience_s=_LOCAL_PATIENCE_S,
        )
    except StudioError:
        return None
    if _answers(runner) and not (replace and _is_outdated(record, runner)):
        return runner
    runner.close()
    return None


def _has_ended(folder: StateFolder, stale: WorkerRecord | None) -> bool:
    """Whether a worker came up since `stale` was read, and is gone already."""
    record = folder.read_record()
    return record is not None and record != stale and not psutil.pid_exists(record.pid)


def _answers(runner: GrpcRunner) -> bool:
    try:
        runner.capabilities()
    except StudioError:
        return False
    return True


def _is_outdated(record: WorkerRecord, runner: GrpcRunner) -> bool:
    """Whether an idle worker of another build, or weights, answered; if so it is told to end."""
    if record.build == record_build(build_name()):
        return False
    now = runner.capabilities()
    if now.queued or now.running:
        return False
    end_process(record.pid)
    return True
