"""`compare`: takes and engines on one shot, side by side and in figures."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from void_studio.app.appearing import appearing_folder
from void_studio.app.compare_show import Showing
from void_studio.app.compare_sources import Picture, Source, comparable, open_sources
from void_studio.app.progress import Reporter, Stages, raise_if
from void_studio.app.tally import PictureTally, around
from void_studio.core import (
    write_whole,
)
from void_studio.media import (
    write_png,
)
from void_studio.quadmask import fill_of, read_quadmask
from void_studio.versions import Version

__all__ = ["compare_versions"]

MOVIE, SHEET, FIGURES = "compare.mov", "contact_sheet.png", "compare.json"
_SHEET_ROWS = 4


def compare_versions(
    folders: Sequence[Path],
    out: Path,
    *,
    truth: Path | None,
    reporter: Reporter,
    cancelled: Callable[[], bool],
) -> dict[str, Any]:
    """Write movie, contact sheet and figures into a new folder, and return the figures.

    Figures are over the union of what the versions fill. Raises UsageError for fewer than two
    versions, Refused for versions of different plates or ranges.
    """
    versions = comparable(folders)
    stages = Stages(reporter)
    with appearing_folder(out) as staged, ExitStack() as stack:
        sources = open_sources(versions, truth, stack, reporter)
        figures = _Figures(versions, sources, has_truth=truth is not None)
        frames = versions[0].recipe.request.work_range
        sheet: list[npt.NDArray[np.uint8]] = []
        picked = set(np.linspace(frames.start, frames.last, _SHEET_ROWS).astype(int).tolist())
        show = Showing(staged / MOVIE, sources, versions[0], stack)
        with stages.stage("compare") as step:
            for done, number in enumerate(frames, 1):
                raise_if(cancelled)
                pictures = [source.rgb(number) for source in sources]
                show.add(number, pictures)
                figures.add(number, pictures)
                if number in picked:
                    sheet.append(show.small(pictures))
                step(done, len(frames))
        show.finish()
        write_png(staged / SHEET, np.concatenate(sheet))
        facts = _facts(versions, figures, out, truth)
        write_whole(staged / FIGURES, json.dumps(facts, indent=2).encode() + b"\n")
    return facts


class _Figures:
    """Each version against the truth, and each pair of versions."""

    def __init__(
        self, versions: Sequence[Version], sources: Sequence[Source], *, has_truth: bool
    ) -> None:
        self._quadmasks = [read_quadmask(version.quadmask).frames for version in versions]
        self._first = versions[0].recipe.request.work_range.start
        end = len(sources) - has_truth
        self._shown = range(end - len(versions), end)
        self.has_truth = has_truth
        self.against_truth = [PictureTally() for _ in versions]
        self.pairs = {pair: PictureTally() for pair in combinations(range(len(versions)), 2)}

    def add(self, number: int, pictures: Sequence[Picture]) -> None:
        """Count one frame of all sources; frames without a hole do not count."""
        index = number - self._first
        hole = np.logical_or.reduce(
            [fill_of(quadmask.values(index)) for quadmask in self._quadmasks]
        )
        if not hole.any():
            return
        at = around(hole)
        parts = [pictures[index][at.slices] for index in self._shown]
        inside = hole[at.slices]
        if self.has_truth:
            for tally, part in zip(self.against_truth, parts, strict=True):
                tally.add(part, pictures[-1][at.slices], inside)
        for (a, b), tally in self.pairs.items():
            tally.add(parts[a], parts[b], inside, similarity=False)


def _facts(
    versions: Sequence[Version], figures: _Figures, out: Path, truth: Path | None
) -> dict[str, Any]:
    request = versions[0].recipe.request
    tallies = figures.against_truth
    return {
        "out": str(out),
        "movie": str(out / MOVIE),
        "contact_sheet": str(out / SHEET),
        "frames": len(request.work_range),
        "plate": request.plate.path,
        "truth": str(truth) if truth is not None else None,
        "versions": [
            _version_facts(version, tally if figures.has_truth else None)
            for version, tally in zip(versions, tallies, strict=True)
        ],
        "pairs": list(_pair_facts(versions, figures)),
    }


def _version_facts(version: Version, tally: PictureTally | None) -> dict[str, Any]:
    recipe = version.recipe
    return {
        "folder": str(version.folder),
        "version": version.folder.name,
        "engine": recipe.request.job.engine,
        "title": recipe.rendered_by.engine,
        "licence": recipe.rendered_by.licence,
        "weights_licence": recipe.rendered_by.weights_licence,
        "prompt": recipe.request.job.prompt,
        "no_source_share": recipe.no_source.mean,
        "psnr_db": _decibels(tally) if tally is not None else None,
        "ssim": round(tally.ssim, 4) if tally is not None else None,
    }


def _pair_facts(versions: Sequence[Version], figures: _Figures) -> Iterator[dict[str, Any]]:
    for (a, b), tally in figures.pairs.items():
        yield {
            "versions": [str(versions[a].folder), str(versions[b].folder)],
            "identical": not tally.squared,
            "psnr_db": _decibels(tally),
            "greatest_difference": round(tally.greatest / 65535, 5),
        }


def _decibels(tally: PictureTally) -> float | None:
    """None for equal pictures, since JSON has no infinity."""
    return round(tally.psnr_db, 3) if math.isfinite(tally.psnr_db) else None
