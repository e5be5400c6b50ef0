"""The house stands as drawn: what a process has imported is what its room allows."""

import subprocess
import sys

import pytest

HEAVY = ("torch", "diffusers", "transformers", "sam2")


def imported_by(statement: str) -> set[str]:
    code = f"import sys\n{statement}\nprint('\\n'.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "module", ["void_studio.app.cli", "void_studio.app.rendering", "void_studio.worker.server"]
)
def test_neither_studio_nor_worker_front_imports_torch_or_qt(module: str) -> None:
    assert imported_by(f"import {module}").isdisjoint((*HEAVY, "PySide6"))


def test_the_command_line_starts_without_the_heavy_libraries() -> None:
    loaded = imported_by("import void_studio.app.cli")
    assert loaded.isdisjoint(("cv2", "opentimelineio", "grpc"))


def test_the_client_imports_no_server_code() -> None:
    loaded = imported_by("import void_studio.worker.client")
    assert "void_studio.worker.server" not in loaded
