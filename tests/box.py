"""A GPU box on loopback: a worker with a certificate, and a studio's own config folder."""

import json
import subprocess
import sys

from tests.worker_parts import WorkerProcess, environment


def initialised(state, *arguments):
    """What `void-worker init --json` says."""
    done = subprocess.run(
        [*void_worker("init"), "--state", str(state), "--json", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env=environment(),
        check=True,
    )
    return json.loads(done.stdout)


def void_worker(command):
    return [sys.executable, "-m", "void_studio.worker", command]


class Box(WorkerProcess):
    """A worker that was initialised and serves with TLS; `pairing` is what init said."""

    def __init__(self, state, *arguments):
        if not (state / "identity").exists():
            self.pairing = initialised(state)
        super().__init__(state, "--tls", *arguments)
