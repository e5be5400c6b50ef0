"""Which process imports what."""

import subprocess
import sys

import pytest

REPORT = "import sys; print('\\n'.join(sys.modules))"


def modules_after(statement):
    done = subprocess.run(
        [sys.executable, "-c", f"{statement}\n{REPORT}"], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


@pytest.mark.parametrize("module", ["wiring", "server", "cli", "client"])
def test_the_front_and_the_client_import_neither_torch_nor_qt(module):
    found = modules_after(f"import void_studio.worker.{module}")
    assert not {"torch", "PySide6", "diffusers", "transformers"} & found


def test_the_front_loads_no_engine_and_no_segmenter():
    found = modules_after("import void_studio.worker.wiring")
    assert not {"cv2", "void_studio.engine.draft", "void_studio.assist.flow"} & found


def test_the_client_imports_no_server_code():
    found = modules_after("import void_studio.worker.client")
    rooms = {name.rpartition(".")[2] for name in found if name.startswith("void_studio.worker.")}
    server = {"wiring", "server", "border", "render_loop", "attempt", "children", "child", "blobs"}
    services = {name for name in rooms if name.endswith("_service")}
    assert not (server & rooms) | services


def test_the_command_line_starts_without_grpc():
    assert "grpc" not in modules_after("import void_studio.worker.cli")
