"""A real worker process on loopback, with the plugin of tests/worker_plugin, for any test."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from void_studio.core import new_id
from void_studio.jobs import JobSpec, StateChanged
from void_studio.media import CanvasClip
from void_studio.worker.client import connect_to

PLUGIN = Path(__file__).with_name("worker_plugin")
LONG_S = 60.0


def environment(**more):
    path = os.pathsep.join([str(PLUGIN), str(Path(__file__).parents[1])])
    return {**os.environ, "PYTHONPATH": path, **more}


def _with_path(variables, path):
    if path is not None:
        variables["PYTHONPATH"] = os.pathsep.join([str(path), variables["PYTHONPATH"]])
    return variables


def executor_words(name):
    """Options of `serve` for an executor; skips where its library is not installed."""
    if name == "ray":
        pytest.importorskip(
            "ray", reason="ray is not installed: pip install 'void-studio[cluster]'"
        )
        return ("--executor", "ray", "--slots", "1")
    return ()


class WorkerProcess:
    """`void-worker serve --json` on a state folder, killed when the block ends.

    `path` is a folder of modules that come first; `more` goes to Popen.
    """

    def __init__(self, state, *arguments, path=None, env=None, **more):
        command = [sys.executable, "-m", "void_studio.worker", "serve", "--json"]
        self._errors = (state.parent / f"{state.name}.stderr").open("ab")
        self.process = subprocess.Popen(
            [*command, "--state", str(state), *arguments],
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=_with_path(environment(**(env or {})), path),
            **more,
        )
        said = json.loads(self.process.stdout.readline())
        self.address = said["address"]
        self.record = Path(said["record"])
        self.fingerprint = said["fingerprint"] or ""
        self.token = json.loads(self.record.read_text())["token"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()

    def runner(self, **options):
        return connect_to(self.address, self.token, self.fingerprint, **options)

    def kill(self):
        self.process.kill()
        self._reap()

    def terminate(self):
        self.process.terminate()
        self._reap()

    def _reap(self):
        self.process.wait(LONG_S)
        self.process.stdout.close()
        self._errors.close()


def canvas_frames(count, seed=1):
    random = np.random.default_rng(seed)
    frames = [random.integers(0, 255, (24, 32, 3), np.uint8) for _ in range(count)]
    mattes = [np.full((24, 32), 255, np.uint8) for _ in range(count)]
    for index, matte in enumerate(mattes):
        matte[4:12, 2 + index % 8 : 14 + index % 8] = 0
    return frames, mattes


class Sent:
    """A clip whose blobs are on a worker."""

    def __init__(self, runner, count=6, seed=1):
        self.frames, self.mattes = canvas_frames(count, seed)
        blobs = {}
        clip = CanvasClip.from_arrays(self.frames, self.mattes)
        for digest in clip.manifest.digests:
            blobs[digest] = clip._fetch(digest)
        self.manifest = clip.manifest
        for digest in runner.missing(sorted(blobs)):
            runner.put(blobs[digest])
        runner.put(clip.manifest.encode())

    def spec(self, **params):
        return JobSpec.of("invert", params, self.manifest.digest)


def run_to_end(runner, job_id, since=0):
    return list(runner.events(job_id, since))


def submit(runner, spec, **options):
    return runner.submit(new_id("request"), spec, **options)


def states(events):
    return [e.payload.state for e in events if isinstance(e.payload, StateChanged)]


def until(condition, timeout_s=LONG_S):
    """Wait until `condition()` gives something, and return it."""
    give_up_s = time.monotonic() + timeout_s
    while not (found := condition()):
        assert time.monotonic() < give_up_s, "waited in vain"
        time.sleep(0.02)
    return found
