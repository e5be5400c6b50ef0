"""The process between a studio and its detached worker: `detached LOG MODULE ARGUMENT...`."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

from void_studio.worker.processes import run_detached

if __name__ == "__main__":
    warnings.simplefilter("ignore", ResourceWarning)
    run_detached(Path(sys.argv[1]), sys.argv[2], sys.argv[3:])
