"""The worker's container and unit, as far as no GPU and no running docker is needed."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.worker_parts import WorkerProcess, environment
from void_studio.worker.cli import app

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "packaging" / "worker"


def docker_lines():
    text = re.sub(r"\\\n\s*", " ", (FOLDER / "Dockerfile").read_text())
    return [line.split(maxsplit=1) for line in text.splitlines() if line and line[0] != "#"]


def said(instruction):
    return [rest for name, rest in docker_lines() if name == instruction]


def unit():
    lines = (FOLDER / "void-worker.service").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and line[0] != "#")


def test_systemd_accepts_the_unit(tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed")
    text = (FOLDER / "void-worker.service").read_text()
    here = text.replace("/opt/void-studio/venv/bin/void-worker", sys.executable)
    here = here.replace("User=void-worker", "User=root").replace("Group=void-worker", "Group=root")
    path = tmp_path / "void-worker.service"
    path.write_text(here)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert not [line for line in done.stderr.splitlines() if path.name in line], done.stderr


def test_the_unit_runs_as_nobody_important_and_keeps_its_state_to_itself():
    found = unit()
    assert found["User"] == "void-worker"
    assert found["StateDirectoryMode"] == "0700"
    assert found["NoNewPrivileges"] == "yes"


@pytest.mark.parametrize(
    "words",
    [
        shlex.split(unit()["ExecStart"])[1:],
        *[re.findall(r'"([^"]+)"', line) for line in said("CMD")],
        [re.findall(r'"([^"]+)"', line)[1] for line in said("HEALTHCHECK")],
        ["init"],
    ],
    ids=" ".join,
)
def test_every_command_in_them_is_one_of_the_workers(words):
    shown = CliRunner().invoke(app, [words[0], "--help"])
    assert shown.exit_code == 0
    command = next(c for c in app.registered_commands if c.callback.__name__ == words[0])
    options = {word[2:].replace("-", "_") for word in words if word.startswith("--")}
    assert options <= set(command.callback.__annotations__)


def test_the_container_is_not_root_and_has_a_healthcheck_and_volumes():
    assert said("FROM")[0].startswith("nvidia/cuda:")
    names = [name for name, _ in docker_lines()]
    assert said("USER") == ["void-worker"]
    assert names.index("USER") < names.index("ENTRYPOINT")
    assert said("VOLUME") == ['["/state", "/weights"]']
    assert said("HEALTHCHECK")


def test_what_the_container_copies_is_there():
    for line in said("COPY"):
        *sources, _ = line.split()
        assert all((ROOT / source).exists() for source in sources)


def test_health_is_good_while_the_worker_serves_and_bad_before(tmp_path):
    def health():
        return subprocess.run(
            [sys.executable, "-m", "void_studio.worker", "health"],
            capture_output=True,
            text=True,
            env=environment(VOID_STUDIO_STATE=str(tmp_path / "state")),
            check=False,
        )

    assert health().returncode == 4
    with WorkerProcess(tmp_path / "state") as worker:
        good = health()
        assert (good.returncode, good.stderr) == (0, "")
        assert worker.address in good.stdout


def test_the_readme_installs_what_the_unit_starts_where_it_starts_it():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = unit()
    program = found["ExecStart"].split()[0]
    state = f"/var/lib/{found['StateDirectory']}"
    lines = (FOLDER / "void-worker.service").read_text(encoding="utf-8").splitlines()
    assert f"Environment=VOID_STUDIO_STATE=%S/{found['StateDirectory']}" in lines
    for words in (
        f"python3 -m venv {program.removesuffix('/bin/void-worker')}\n",
        f"-u {found['User']} {program} init --state {state}\n",
        f"-o {found['User']} -g {found['Group']} {state}\n",
        "packaging/worker/void-worker.service /etc/systemd/system/void-worker.service\n",
        "It listens on port 50051",
    ):
        assert words in text
    assert "0.0.0.0:50051" in found["ExecStart"]
