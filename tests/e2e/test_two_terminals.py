"""Two terminals on one machine, a laptop and a GPU box: every command in a process of its own."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.box import initialised
from tests.worker_parts import WorkerProcess, environment, executor_words, until
from void_studio.jobs import JobState

README = Path(__file__).parents[2] / "README.md"


class Laptop:
    """A terminal with a config folder of its own."""

    def __init__(self, folder):
        self._env = environment(
            VOID_STUDIO_CONFIG=str(folder / "config"),
            VOID_STUDIO_STATE=str(folder / "state"),
            PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring",
        )

    def begin(self, *words):
        return subprocess.Popen(
            [sys.executable, "-m", "void_studio", *map(str, words)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self._env,
        )

    def run(self, *words):
        process = self.begin(*words, "--json")
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        return json.loads(out)


@pytest.mark.parametrize("executor", ["local", pytest.param("ray", marks=pytest.mark.soak)])
def test_a_render_survives_the_cable_and_is_fetched_and_published(cut, tmp_path, executor):
    state = tmp_path / "box"
    words = executor_words(executor)
    pairing = initialised(state)
    laptop = Laptop(tmp_path / "laptop")
    render = ["render", cut.timeline, "--shot", cut.shot, "--quadmask", cut.quadmask]
    render += ["--versions", tmp_path / "versions", "--worker", "box"]
    with WorkerProcess(state, "--tls", *words) as box, box.runner() as watching:
        laptop.run(
            *("worker", "add", "box", box.address, "--token", pairing["token"]),
            *("--fingerprint", pairing["fingerprint"]),
        )
        assert "draft" in laptop.run("worker", "test", "box")["engines"]
        pulled = laptop.begin(*render)
        until(lambda: watching.jobs() or pulled.poll() is not None)
        pulled.kill()
        pulled.communicate()
        (job,) = laptop.run("jobs", "list", "--worker", "box")["jobs"]
        assert laptop.run("jobs", "watch", job["id"], "--worker", "box")["state"] == "succeeded"
        fetched = laptop.run(
            "jobs", "fetch", job["id"], "--worker", "box", "--out", tmp_path / "patches"
        )
        assert len(list((tmp_path / "patches").glob("*.npy"))) == len(fetched["patches"]) > 0
        (version,) = laptop.run(*render)["versions"]
        assert version["outside_samples_changed"] == 0
        (only,) = watching.jobs()
        assert (only.id, only.state) == (job["id"], JobState.SUCCEEDED)
        assert only.fetched_at is not None


def section(title):
    text = README.read_text(encoding="utf-8").partition(f"## {title}\n")[2].partition("\n## ")[0]
    assert text
    return text


def commands(text):
    return [line.strip() for line in text.splitlines() if line.startswith("    ")]


def test_the_lines_of_a_gpu_box_in_five_minutes_run_as_they_stand(cut, tmp_path):
    shell = shutil.which("bash")
    if shell is None:
        pytest.skip("there is no bash")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    bin_ = tmp_path / ".venv" / "bin"
    bin_.mkdir(parents=True)
    for name, module in (("void-worker", "void_studio.worker"), ("void-studio", "void_studio")):
        (bin_ / name).write_text(f'#!/bin/sh\nexec {sys.executable} -m {module} "$@"\n')
        (bin_ / name).chmod(0o755)
    (bin_ / "python").symlink_to(sys.executable)
    (tmp_path / "demo").mkdir()
    for made, name in ((cut.timeline, "demo/cut.otio"), (cut.quadmask, "object.mkv")):
        (tmp_path / name).symlink_to(made)
    lines = [
        line.replace("50051", port)
        for line in commands(section("A GPU box in five minutes"))
        if line.startswith((".venv/bin/", "FINGERPRINT", "TOKEN"))
    ]
    assert [line for line in lines if line.endswith("&")]
    wait = "until [ -e box/worker.json ]; do sleep 0.1; done"
    told = [step for line in lines for step in ((line, wait) if line.endswith("&") else (line,))]
    done = subprocess.Popen(
        [shell, "-euc", "\n".join(told)],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=environment(
            SHOT=cut.shot,
            VOID_STUDIO_CONFIG=str(tmp_path / "config"),
            VOID_STUDIO_STATE=str(tmp_path / "state"),
            PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring",
        ),
    )
    try:
        until(lambda: done.poll() is not None)
    finally:
        os.killpg(done.pid, signal.SIGTERM)
        out, err = done.communicate(timeout=60)
    assert done.returncode == 0, err
    assert "0 samples outside changed" in out
    assert re.search(r"job-[0-9a-f]{16}  succeeded, fetched  draft", out)
