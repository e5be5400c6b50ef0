"""GPUs are told with their memory; a machine without any, or with a broken driver, has none."""

import os
import sys

import pytest

from void_studio.jobs import Device
from void_studio.worker.gpus import Gpus


@pytest.fixture
def driver(tmp_path, monkeypatch):
    """A program called nvidia-smi that prints what a test writes."""
    path = tmp_path / "nvidia-smi"
    path.write_text(f"#!{sys.executable}\nprint(open({str(tmp_path / 'said')!r}).read(), end='')\n")
    path.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path) + os.pathsep + os.environ["PATH"])
    return tmp_path / "said"


def test_a_gpu_has_a_name_and_memory(driver):
    driver.write_text("0, NVIDIA H200, 143771, 143000\n1, NVIDIA L40S, 46068, 12\n")
    assert Gpus().all() == (
        Device("cuda:0", "NVIDIA H200", 143771 << 20, 143000 << 20),
        Device("cuda:1", "NVIDIA L40S", 46068 << 20, 12 << 20),
    )


def test_it_is_not_asked_again_at_once(driver):
    gpus = Gpus()
    driver.write_text("0, A, 10, 5\n")
    before = gpus.all()
    driver.write_text("")
    assert gpus.all() == before


@pytest.mark.parametrize("said", ["", "No devices were found\n", "0, A, [N/A], [N/A]\n"])
def test_what_makes_no_sense_is_no_gpu(driver, said, caplog):
    driver.write_text(said)
    assert Gpus().all() == ()
    assert ("tells of no GPU" in caplog.text) == bool(said)


def test_a_machine_without_the_program_has_none(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert Gpus().all() == ()
