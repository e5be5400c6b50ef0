"""The demo, measured: its own report's figures and the seconds of the whole run."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.figure import Figure
from void_studio.app.demo.run import run_demo
from void_studio.app.progress import SilentReporter

__all__ = ["figures"]

COMMAND = "python -m tests.bench demo"


def figures() -> Iterator[Figure]:
    """PSNR, SSIM, IoU, samples outside, seconds."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        report = run_demo(
            Path(folder) / "demo",
            worker="local",
            reporter=SilentReporter(),
            cancelled=lambda: False,
        )
        seconds = time.perf_counter() - began
    gain = report["psnr_fill_db"] - report["psnr_telea_db"]
    outside, iou = report["outside_samples_changed"], report["iou_remove"]
    yield Figure("demo: whole run", round(seconds, 1), "s", "< 180", seconds < 180, COMMAND)
    yield Figure("demo: fill PSNR", report["psnr_fill_db"], "dB", "", True, COMMAND)
    yield Figure("demo: fill over TELEA", round(gain, 2), "dB", ">= 8", gain >= 8, COMMAND)
    yield Figure("demo: fill SSIM", report["ssim_fill"], "", "", True, COMMAND)
    yield Figure("demo: remove layer IoU", iou, "", ">= 0.85", iou >= 0.85, COMMAND)
    yield Figure("demo: samples changed outside", outside, "", "0", outside == 0, COMMAND)
