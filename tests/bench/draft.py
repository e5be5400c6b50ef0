"""The draft engine against per-frame TELEA and the plain temporal median, in the hole.

A hole is drawn over known pixels, so that the truth is there; on real clips the object of their own
quadmask is taken out as well, and not counted.
"""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from tests.bench.figure import Figure
from tests.bench.samples import sample_data
from tests.bench.scenes import camera_path, filmed, holed_clip, holes, noisy, textured_world
from void_studio.core import Extent
from void_studio.engine import complete_params
from void_studio.engine.draft import DraftEngine
from void_studio.media import open_plate, resize
from void_studio.quadmask import fill_of, read_quadmask
from void_studio.versions import psnr, ssim

__all__ = ["figures"]

COMMAND = "python -m tests.bench draft"
_EVERY = 4
_TARGET_DB = 8.0
_LONGEST_SIDE = 1280

Picture = npt.NDArray[np.uint8]
Matte = npt.NDArray[np.bool_]
Results = dict[int, Picture]
Place = tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A clip, what is filled in it, and the part of that which is compared with the truth."""

    name: str
    camera_moves: bool
    frames: Sequence[Picture]
    fill: Sequence[Matte]
    counted: Sequence[Matte]


@dataclass(frozen=True, slots=True)
class RealClip:
    """A sample clip: how many frames of it, and where a hole goes that stays off its object."""

    name: str
    quadmask: str
    frames: int
    start: Place
    end: Place


_REAL = (
    RealClip("BigBen", "trimask_quadmask.mp4", 50, (0.2, 0.45), (0.6, 0.45)),
    RealClip("ducky-float", "trimask_quadmask.mp4", 30, (0.64, 0.4), (0.92, 0.4)),
    RealClip("lime", "quadmask_0.mp4", 46, (0.08, 0.78), (0.28, 0.78)),
)


def figures() -> Iterator[Figure]:
    """Every case's figures, then how far the draft is above TELEA where the camera moves."""
    gains = []
    for case in _cases():
        gain, lines = _measured(case)
        yield from lines
        if case.camera_moves:
            gains.append(gain)
    mean = sum(gains) / len(gains)
    name = "draft: over TELEA, mean of the moving cameras"
    yield Figure(name, round(mean, 2), "dB", ">= 8", mean >= _TARGET_DB, COMMAND)


def _measured(case: Case) -> tuple[float, list[Figure]]:
    began = time.perf_counter()
    filled = _draft(case)
    milliseconds = 1000 * (time.perf_counter() - began) / len(case.frames)
    levels = {}
    lines = []
    for method, results in (("draft", filled), ("TELEA", _telea(case)), ("median", _median(case))):
        name = f"{case.name}: {method}"
        levels[method] = _mean_level(results, case)
        similar = _mean(ssim, results, case)
        lines.append(Figure(f"{name} PSNR", round(levels[method], 2), "dB", "", True, COMMAND))
        lines.append(Figure(f"{name} SSIM", round(similar, 4), "", "", True, COMMAND))
    name = f"{case.name}: draft"
    lines.append(Figure(f"{name} time", round(milliseconds, 1), "ms/frame", "", True, COMMAND))
    gain = levels["draft"] - levels["TELEA"]
    good = gain >= _TARGET_DB or not case.camera_moves
    target = ">= 8" if case.camera_moves else ""
    lines.append(Figure(f"{name} over TELEA", round(gain, 2), "dB", target, good, COMMAND))
    return gain, lines


def _draft(case: Case) -> Results:
    engine = DraftEngine()
    params = complete_params(engine.info().params, {})
    clip = holed_clip(case.frames, case.fill)
    results = {}
    for patch in engine.run(
        clip, "", params, resume=None, on_event=lambda _: None, cancelled=lambda: False
    ):
        picture = case.frames[patch.frame].copy()
        inside = case.fill[patch.frame][patch.rect.slices]
        levels = np.rint(patch.pixels[inside] / 257).astype(np.uint8)
        picture[patch.rect.slices][inside] = levels
        results[patch.frame] = picture
    return results


def _telea(case: Case) -> Results:
    return {
        index: np.asarray(
            cv2.inpaint(
                case.frames[index], case.fill[index].view(np.uint8), 3, cv2.INPAINT_TELEA
            ).astype(np.uint8)
        )
        for index in range(0, len(case.frames), _EVERY)
    }


def _median(case: Case) -> Results:
    """The median of the frames that show a pixel, mid grey where none does; nothing is aligned."""
    wanted = np.logical_or.reduce(case.fill)
    hidden = np.stack([matte[wanted] for matte in case.fill])
    samples = np.stack([frame[wanted] for frame in case.frames]).astype(np.float32)
    samples[hidden] = np.nan
    samples[:, hidden.all(axis=0)] = 128
    middle = np.zeros_like(case.frames[0])
    middle[wanted] = np.nanmedian(samples, axis=0).astype(np.uint8)
    return {
        index: np.where(case.fill[index][..., None], middle, case.frames[index])
        for index in range(0, len(case.frames), _EVERY)
    }


def _mean_level(results: Results, case: Case) -> float:
    """PSNR of the mean squared error over frames: a good frame does not make up for a bad one."""
    errors = _mean(
        lambda a, b, mask, peak: 10 ** (-psnr(a, b, mask, peak=peak) / 10), results, case
    )
    return -10 * math.log10(errors)


def _mean(measure: Callable[..., float], results: Results, case: Case) -> float:
    """Over every 4th frame, where something is counted."""
    values = [
        measure(results[index], case.frames[index], case.counted[index], peak=255)
        for index in range(0, len(case.frames), _EVERY)
        if case.counted[index].any()
    ]
    return sum(values) / len(values)


def _cases() -> Iterator[Case]:
    yield from _synthetic()
    data = sample_data()
    for clip in _REAL if data is not None else ():
        yield from _real(clip, data / "clips" / clip.name)


def _synthetic() -> Iterator[Case]:
    world = textured_world(Extent(680, 420))
    extent, count = Extent(480, 270), 32
    frames = noisy(filmed([world], camera_path(Extent(680, 420), count), extent), 2)
    fill = holes(extent, count, (0.25, 0.5), (0.75, 0.5))
    yield Case("synthetic, moving camera", True, frames, fill, fill)


def _real(clip: RealClip, folder: Path) -> Iterator[Case]:
    frames, objects = _read(clip, folder)
    extent = Extent(frames[0].shape[1], frames[0].shape[0])
    middle = (clip.start[0] + clip.end[0]) / 2, clip.start[1]
    name = f"{clip.name}, as shot, hole moves"
    yield _case(name, frames, objects, clip.start, clip.end, camera_moves=False)
    path = camera_path(extent, len(frames), shake_px=extent.width / 1000)
    seen = Extent(int(extent.width * 0.7), int(extent.height * 0.7))
    panned = filmed(frames, path, seen)
    covered = [
        matte > 0 for matte in filmed([matte.astype(np.uint8) for matte in objects], path, seen)
    ]
    name = f"{clip.name}, moving camera"
    yield _case(f"{name}, hole moves", panned, covered, clip.start, clip.end, camera_moves=True)
    yield _case(f"{name}, hole parked", panned, covered, middle, middle, camera_moves=True)


def _case(
    name: str,
    frames: Sequence[Picture],
    objects: Sequence[Matte],
    start: Place,
    end: Place,
    *,
    camera_moves: bool,
) -> Case:
    extent = Extent(frames[0].shape[1], frames[0].shape[0])
    drawn = holes(extent, len(frames), start, end)
    fill = [hole | matte for hole, matte in zip(drawn, objects, strict=True)]
    counted = [hole & ~matte for hole, matte in zip(drawn, objects, strict=True)]
    return Case(name, camera_moves, frames, fill, counted)


def _read(clip: RealClip, folder: Path) -> tuple[list[Picture], list[Matte]]:
    """Frames and fill, at most 1280 px wide."""
    reader = open_plate(folder / "input_video.mp4")
    quadmask = read_quadmask(folder / clip.quadmask).frames
    whole = reader.ref.extent
    scale = min(1.0, _LONGEST_SIDE / whole.width)
    extent = Extent(round(whole.width * scale), round(whole.height * scale))
    frames, objects = [], []
    for index in range(clip.frames):
        picture = resize(reader.read(reader.ref.available_range.start + index).rgb(), extent)
        frames.append(np.rint(picture / 257).astype(np.uint8))
        fill = fill_of(quadmask.values(quadmask.range.start + index)).astype(np.uint8) * 255
        objects.append(np.greater(resize(fill, extent), 0))
    reader.close()
    return frames, objects


if __name__ == "__main__":
    for figure in figures():
        print(figure.line(), flush=True)
