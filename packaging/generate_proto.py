# ruff: noqa: INP001  a script, in a folder that is no package
"""Generate the worker's gRPC code from its .proto files: `python packaging/generate_proto.py`.

The repository root is the proto path, so that the generated modules import each other by their
real names and need no change of sys.path.
"""

from __future__ import annotations

import sys
from importlib.resources import files
from pathlib import Path

from grpc_tools import protoc

ROOT = Path(__file__).resolve().parents[1]
FOLDER = Path("void_studio/worker/proto/void_studio/v1")


def generate(out: Path) -> None:
    """Write the generated modules and their stubs below `out`, as they lie below the root."""
    protos = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / FOLDER).glob("*.proto"))
    plugins = Path(sys.executable).parent
    status = protoc.main(
        [
            "protoc",
            f"--proto_path={ROOT}",
            f"--proto_path={files('grpc_tools') / '_proto'}",
            f"--plugin=protoc-gen-mypy={_tool(plugins, 'protoc-gen-mypy')}",
            f"--plugin=protoc-gen-mypy_grpc={_tool(plugins, 'protoc-gen-mypy_grpc')}",
            f"--python_out={out}",
            f"--grpc_python_out={out}",
            f"--mypy_out=quiet:{out}",
            f"--mypy_grpc_out=quiet:{out}",
            *protos,
        ]
    )
    if status:
        raise SystemExit(status)


def _tool(folder: Path, name: str) -> Path:
    windows = folder / f"{name}.exe"
    return windows if windows.exists() else folder / name


if __name__ == "__main__":
    generate(ROOT)
