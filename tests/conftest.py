"""Fixtures that more than one room uses."""

import os
from pathlib import Path

import pytest

_BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real clips and timelines; tests that need it skip where it is not."""
    folder = Path(os.environ.get("VOID_STUDIO_SHARED", _BESIDE))
    if not (folder / "otio").is_dir():
        pytest.skip(f"no sample data at {folder}: set VOID_STUDIO_SHARED to its folder")
    return folder
