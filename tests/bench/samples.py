"""Where the real clips and timelines are, when they are there."""

import os
from pathlib import Path

__all__ = ["sample_data"]

_BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data"


def sample_data() -> Path | None:
    """The folder of real clips and timelines, None on a machine that has none."""
    folder = Path(os.environ.get("VOID_STUDIO_SHARED", _BESIDE))
    return folder if (folder / "otio").is_dir() else None
