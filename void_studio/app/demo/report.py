"""The demo's report: a page that a newcomer reads after two commands."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from void_studio.core import write_whole

__all__ = ["report_lines", "write_report"]

_STYLE = """
:root { color-scheme: dark }
body { background: #1e1e1e; color: #d8d8d8; font: 15px/1.5 system-ui, sans-serif;
       margin: 2rem auto; max-width: 78rem; padding: 0 1.5rem }
h1 { font-size: 1.5rem; font-weight: 600; margin: 0 0 .25rem }
h2 { font-size: 1.05rem; font-weight: 600; margin: 2rem 0 .5rem; color: #f0f0f0 }
p.lead { color: #a8a8a8; margin: 0 0 1.5rem }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: .75rem }
.figure { background: #282828; border: 1px solid #353535; border-radius: 6px; padding: .8rem 1rem }
.figure b { display: block; font-size: 1.5rem; font-weight: 600; color: #fff }
.figure span { color: #a8a8a8; font-size: .85rem }
img { width: 100%; border: 1px solid #353535; border-radius: 6px }
table { border-collapse: collapse; width: 100% }
td, th { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #303030 }
th { color: #a8a8a8; font-weight: 500 }
code { color: #e8c27a }
"""

_FIGURES = (
    ("psnr_fill_db", "fill against the truth, PSNR in the hole", "{:.1f} dB"),
    ("psnr_telea_db", "frame-by-frame inpainting (TELEA), same measure", "{:.1f} dB"),
    ("ssim_fill", "fill, SSIM in the hole", "{:.3f}"),
    ("ssim_telea", "TELEA, SSIM in the hole", "{:.3f}"),
    ("iou_remove", "remove layer from one click, mean IoU", "{:.3f}"),
    ("outside_samples_changed", "samples changed outside the support", "{}"),
    ("frames_out", "frames out, as many as went in", "{}"),
    ("timeline_bytes_changed", "bytes of the timeline changed", "{}"),
)


def report_lines(report: Mapping[str, Any]) -> list[str]:
    """The report for a terminal."""
    lines = [f"{form.format(report[key]):>10}  {label}" for key, label, form in _FIGURES]
    seconds = ", ".join(f"{name} {value:.1f}" for name, value in report["stages_s"].items())
    return [*lines, f"seconds: {seconds}"]


def write_report(folder: Path, report: Mapping[str, Any]) -> None:
    """Write report.json and report.html into `folder`."""
    write_whole(folder / "report.json", json.dumps(report, indent=2).encode() + b"\n")
    write_whole(folder / "report.html", _page(report).encode())


def _page(report: Mapping[str, Any]) -> str:
    figures = "".join(
        f'<div class="figure"><b>{html.escape(form.format(report[key]))}</b>'
        f"<span>{html.escape(label)}</span></div>"
        for key, label, form in _FIGURES
    )
    origins = _rows(report["mattes"])
    stages = _rows({name: f"{value:.1f} s" for name, value in report["stages_s"].items()})
    files = _rows(
        {f"<code>{html.escape(k)}</code>": v for k, v in report["files"].items()}, raw=True
    )
    return f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><title>VOID Studio demo</title><style>{_STYLE}</style>
<h1>VOID Studio: one shot, from the cut and back into it</h1>
<p class="lead">A synthetic plate with known truth, filled by the {html.escape(report["engine"])}
engine in a worker process. Every figure was measured in this run.</p>
<div class="figures">{figures}</div>
<h2>Moments of the shot</h2><img src="contact_sheet.png" alt="Rows of plate, overlay, result,
truth and difference">
<h2>Where each matte came from</h2><table>{origins}</table>
<h2>What is in this folder</h2><table>{files}</table>
<h2>Time</h2><table>{stages}</table>
</html>
"""


def _rows(values: Mapping[str, str], *, raw: bool = False) -> str:
    return "".join(
        f"<tr><th>{name if raw else html.escape(name)}</th><td>{html.escape(value)}</td></tr>"
        for name, value in values.items()
    )
