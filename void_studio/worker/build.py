"""The build of a worker: the versions that decide pixels."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from void_studio import __version__
from void_studio.core import digest_json
from void_studio.engine import EngineInfo
from void_studio.weights import read_catalogue, stamp_of

__all__ = ["build_name", "build_of", "record_build"]

_DECIDING = (
    "numpy",
    "opencv-python",
    "opencv-python-headless",
    "opencv-contrib-python",
    "opencv-contrib-python-headless",
    "torch",
    "diffusers",
    "transformers",
)


def build_name() -> str:
    """The package's version and twelve digits of the digest of what it computes with.

    Versions are read from the installed metadata; nothing is imported.
    """
    versions = {name: _installed(name) for name in _DECIDING}
    digest = digest_json({"python": platform.python_version(), **versions})
    return f"{__version__}+{digest[:12]}"


def build_of(build: str, engine: EngineInfo) -> str:
    """The build of a worker for the jobs of an engine: other weights, another build."""
    return f"{build}.{engine.weights[:12]}" if engine.weights else build


def record_build(build: str) -> str:
    """What the word of a running worker says: other weights on disk mean another worker."""
    return f"{build}.{stamp_of(read_catalogue())[:12]}"


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
