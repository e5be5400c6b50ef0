"""The build of a worker: the versions that decide pixels."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from void_studio import __version__
from void_studio.core import digest_json

__all__ = ["build_name"]

_DECIDING = (
    "numpy",
    "opencv-python",
    "opencv-python-headless",
    "opencv-contrib-python",
    "opencv-contrib-python-headless",
    "torch",
)


def build_name() -> str:
    """The package's version and twelve digits of the digest of what it computes with.

    Versions are read from the installed metadata; nothing is imported.
    """
    versions = {name: _installed(name) for name in _DECIDING}
    digest = digest_json({"python": platform.python_version(), **versions})
    return f"{__version__}+{digest[:12]}"


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
