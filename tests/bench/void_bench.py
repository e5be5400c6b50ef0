"""The VOID engine, measured on whatever device there is, with random weights of the real size.

    python -m tests.bench.void_bench [--small] [--frames 85,197] [--plans A,B,C,D,E,E-tiled,F]
        [--tiers exact,fast,draft] [--steps 3] [--tier-steps 30] [--cold] [--table]

prints one JSON figure a line. Plans run `--steps` steps, and a whole pass of 30 is reckoned from
the stages and the median step; tiers run `--tier-steps`. A part that fails is a figure with
ok = false, and the others go on. `--table` keeps the figures in tests/bench/results/.
"""

from __future__ import annotations

import argparse
import gc
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np
import torch

from tests.bench.figure import Figure
from tests.bench.void_models import FULL, TINY, Sizes, random_models, stored_transformer
from void_studio.core import Extent, StudioError
from void_studio.engine import Exactness, Progress, Ran, Stage
from void_studio.engine.void.cost import step_flop
from void_studio.engine.void.models import Models, Shelves
from void_studio.engine.void.params import PLANS, Tier, VoidParams
from void_studio.engine.void.pipeline import VoidPipeline
from void_studio.engine.void.plan import CANVAS
from void_studio.engine.void.plans import MemoryPlan
from void_studio.engine.void.transformer import load_transformer
from void_studio.media import CanvasClip

__all__ = ["main", "small_figures"]

COMMAND = "python -m tests.bench.void_bench"
GB = 1e9
RESULTS = Path(__file__).parent / "results"
FULL_STEPS = 30
_MOST_GB = {"B": 22.0, "C": 14.0, "D": 12.0, "E": 12.0, "E-tiled": 8.0}
_MOST_S = {85: 22.0}
_LEAST_TIMES, _LEAST_DB = 1.6, 35.0
_FAULTS = (
    RuntimeError, StudioError, ValueError, TypeError, ImportError, OSError, AttributeError,
    KeyError, NotImplementedError,
)  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """What is to be measured."""

    sizes: Sizes
    extent: Extent
    frames: tuple[int, ...]
    plans: tuple[str, ...]
    tiers: tuple[str, ...]
    steps: int
    tier_steps: int
    window: int
    cold: bool
    command: str

    def params(self, steps: int, **more: object) -> VoidParams:
        overlap = 16 if self.window >= 85 else 8
        plain = VoidParams(steps=steps, window=self.window, overlap=overlap, preview_every=0)
        return replace(plain, **more)  # type: ignore[arg-type]  options of one dataclass

    def figure(
        self,
        name: str,
        value: float,
        unit: str,
        most: float | None = None,
        *,
        least: float | None = None,
        ok: bool = True,
    ) -> Figure:
        target = "" if most is None else f"<= {most:g}"
        target = target if least is None else f">= {least:g}"
        good = ok and (most is None or value <= most) and (least is None or value >= least)
        return Figure(f"void: {name}", round(value, 3), unit, target, good, self.command)


@dataclass(frozen=True)
class Run:
    """A fill's pictures, seconds by stage and by step, peaks of memory in bytes, what ran."""

    pixels: np.ndarray
    total_s: float
    stages_s: dict[str, float]
    steps_s: list[float]
    allocated: int
    reserved: int
    ran: dict[str, object]

    @property
    def step_s(self) -> float:
        later = self.steps_s[1:] or self.steps_s
        return statistics.median(later)


def measure(plan: Plan, device: torch.device, dtype: torch.dtype) -> Iterator[Figure]:
    """Every figure; a part that fails is a figure that is not ok."""
    peak = 0.0
    for figure in _tried(plan, "matrix product", partial(_product, plan, device, dtype)):
        peak = figure.value
        yield figure
    began = time.perf_counter()
    models = random_models(plan.sizes, device, dtype)
    yield plan.figure("drawing random weights", time.perf_counter() - began, "s")
    for frames in plan.frames:
        clip, of = _clip(frames, plan.extent), f"{frames} frames"
        yield from _tried(plan, f"{of}, warming up", partial(_warmed, plan, models, clip))
        for name in plan.plans:
            figures = partial(_plan_figures, plan, models, clip, name, peak)
            yield from _tried(plan, f"{of}, plan {name}", figures)
        yield from _tried(plan, f"{of}, tiers", partial(_tier_figures, plan, models, clip))
    if plan.cold:
        yield from _tried(plan, "cold start", partial(_cold, plan, models, dtype))


def _tried(plan: Plan, name: str, figures: Callable[[], Iterator[Figure]]) -> Iterator[Figure]:
    try:
        yield from figures()
    except _FAULTS as error:
        what = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        yield plan.figure(f"{name} FAILED ({what})", 0.0, "", ok=False)
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def _product(plan: Plan, device: torch.device, dtype: torch.dtype) -> Iterator[Figure]:
    side, times = (8192, 20) if device.type == "cuda" else (512, 5)
    first = torch.randn(side, side, device=device, dtype=dtype)
    second = torch.randn(side, side, device=device, dtype=dtype)
    for _ in range(3):
        first @ second
    _waited(device)
    began = time.perf_counter()
    for _ in range(times):
        first @ second
    _waited(device)
    rate = 2 * side**3 * times / (time.perf_counter() - began) / 1e12
    yield plan.figure(f"matrix product of {side}, {dtype}", rate, "TFLOP/s")


def _warmed(plan: Plan, models: Models, clip: CanvasClip) -> Iterator[Figure]:
    run = _run(models, clip, plan.params(1, plan=plan.plans[0]))
    yield plan.figure(f"{len(clip)} frames, first job with 1 step", run.total_s, "s")


def _plan_figures(
    plan: Plan, models: Models, clip: CanvasClip, name: str, peak: float
) -> Iterator[Figure]:
    params = plan.params(plan.steps, plan=name)
    run, count = _run(models, clip, params), len(clip)
    of = f"{count} frames, plan {name}"
    for stage, seconds in run.stages_s.items():
        yield plan.figure(f"{of}, {stage}", seconds, "s")
    yield plan.figure(f"{of}, first step", run.steps_s[0], "s")
    yield plan.figure(f"{of}, a step", run.step_s, "s")
    if models.device.type == "cuda":
        most = _MOST_GB.get(name) if plan.extent == CANVAS else None
        yield plan.figure(f"{of}, most memory reserved", run.reserved / GB, "GB", most)
        yield plan.figure(f"{of}, most memory allocated", run.allocated / GB, "GB")
    if plan.sizes is FULL:
        rate = step_flop(count, plan.extent, params) / run.step_s / 1e12
        yield plan.figure(f"{of}, rate of a step", rate, "TFLOP/s")
        if peak:
            yield plan.figure(f"{of}, share of the matrix product", rate / peak, "")
    whole = run.total_s + (FULL_STEPS - plan.steps) * run.step_s
    most_s = _MOST_S.get(count) if name == "A" and plan.sizes is FULL else None
    yield plan.figure(f"{of}, {FULL_STEPS} steps end to end (reckoned)", whole, "s", most_s)


def _tier_figures(plan: Plan, models: Models, clip: CanvasClip) -> Iterator[Figure]:
    """Every tier twice, since the first run compiles; the second counts."""
    exact: Run | None = None
    best = plan.plans[0]
    for name in plan.tiers:
        params = plan.params(plan.tier_steps, plan=best, tier=Tier(name))
        of = f"{len(clip)} frames, tier {name}"
        run = _run(models, clip, params)
        if name == Tier.FAST.value:
            yield plan.figure(f"{of}, first job, compiling", run.total_s, "s")
            run = _run(models, clip, params)
            hits, calls = run.ran.get("cache_hits", 0), run.ran.get("cache_calls", 0)
            told = f"{run.ran['attention']}, compiled {run.ran['compiled']}, {hits} of {calls}"
            yield plan.figure(f"{of} ({told} repeated)", float(str(hits)), "calls")
        yield plan.figure(f"{of}, {run.ran['steps']} steps", run.total_s, "s")
        if exact is None:
            exact = run
            continue
        quicker, likeness = exact.total_s / run.total_s, _psnr(run.pixels, exact.pixels)
        held = plan.sizes is FULL and name == Tier.FAST.value
        against = f"{of} against {plan.tiers[0]}"
        yield plan.figure(against, quicker, "times", least=_LEAST_TIMES if held else None)
        likeness_least = _LEAST_DB if held else None
        yield plan.figure(f"{against}, random weights", likeness, "dB", least=likeness_least)


def _cold(plan: Plan, models: Models, dtype: torch.dtype) -> Iterator[Figure]:
    """Loading the transformer from files that were just written, to the device."""
    with tempfile.TemporaryDirectory() as name:
        folder = stored_transformer(models, Path(name))
        size = (folder / "void.safetensors").stat().st_size
        began = time.perf_counter()
        loaded = load_transformer(folder / "transformer", folder / "void.safetensors", dtype=dtype)
        yield plan.figure("loading the transformer to the CPU", time.perf_counter() - began, "s")
        began = time.perf_counter()
        on_device = [parameter.to(models.device) for parameter in loaded.model.parameters()]
        _waited(models.device)
        seconds = time.perf_counter() - began
        del on_device
        yield plan.figure("the transformer to the device", seconds, "s")
        yield plan.figure("the transformer to the device", size / seconds / GB, "GB/s")


def _run(models: Models, clip: CanvasClip, params: VoidParams) -> Run:
    models.shelves = Shelves()
    device, stages, steps, ran = models.device, [], [], {}

    def heard(event: object) -> None:
        now = time.perf_counter()
        if isinstance(event, Stage):
            stages.append((event.name, now))
        elif isinstance(event, Progress):
            steps.append(now)
        elif isinstance(event, Ran):
            ran.update(event.facts)

    models.settle(MemoryPlan(params.plan))
    _waited(device)
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)
    began = time.perf_counter()
    patches = VoidPipeline(models).fill(
        clip,
        "an empty street",
        params,
        allow=Exactness.NEAR,
        on_event=heard,
        cancelled=lambda: False,
    )
    pixels = np.stack([patch.pixels for patch in patches])
    ended = time.perf_counter()
    ends = [at for _, at in stages[1:]] + [ended]
    spent = {name: end - at for (name, at), end in zip(stages, ends, strict=True)}
    cuda = device.type == "cuda"
    return Run(
        pixels,
        ended - began,
        spent,
        [later - earlier for earlier, later in zip([_begun(stages), *steps], steps, strict=False)],
        torch.cuda.max_memory_allocated(device) if cuda else 0,
        torch.cuda.max_memory_reserved(device) if cuda else 0,
        ran,
    )


def _begun(stages: list[tuple[str, float]]) -> float:
    return next(at for name, at in stages if name == "denoising")


def _clip(count: int, extent: Extent) -> CanvasClip:
    """A smooth world that pans, with a hole that moves."""
    rng = np.random.Generator(np.random.PCG64(3))
    height, width = extent.shape
    coarse = rng.integers(0, 256, (height // 8 + 1, (width + 2 * count) // 8 + 1, 3), np.uint8)
    world = np.kron(coarse, np.ones((8, 8, 1), np.uint8))
    frames, mattes = [], []
    for number in range(count):
        frames.append(np.ascontiguousarray(world[:height, number : number + width]))
        matte = np.full((height, width), 255, np.uint8)
        matte[height // 4 : height // 2, width // 4 + number % 8 : width // 2] = 0
        mattes.append(matte)
    return CanvasClip.from_arrays(frames, mattes)


def _psnr(first: np.ndarray, second: np.ndarray) -> float:
    error = np.mean((first.astype(np.float32) / 65535 - second.astype(np.float32) / 65535) ** 2)
    return float(-10 * np.log10(max(error, 1e-12)))


def _waited(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def small_figures() -> Iterator[Figure]:
    """A tiny model on the CPU: every plan and tier."""
    yield from measure(_small("python -m tests.bench void"), torch.device("cpu"), torch.float32)


def _small(command: str) -> Plan:
    tiers = tuple(tier.value for tier in Tier)
    return Plan(TINY, Extent(48, 32), (21,), PLANS[1:], tiers, 3, 4, 13, True, command)


def _asked(arguments: list[str]) -> tuple[Plan, argparse.Namespace]:
    parser = argparse.ArgumentParser(prog=COMMAND)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--frames", default="85,197")
    parser.add_argument("--plans", default=",".join(PLANS[1:]))
    parser.add_argument("--tiers", default=",".join(tier.value for tier in Tier))
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--tier-steps", type=int, default=FULL_STEPS)
    parser.add_argument("--cold", action="store_true")
    parser.add_argument("--table", action="store_true")
    options = parser.parse_args(arguments)
    command = " ".join([COMMAND, *arguments])
    if options.small:
        return _small(command), options
    plans, tiers = (
        tuple(filter(None, listed.split(","))) for listed in (options.plans, options.tiers)
    )
    frames = tuple(int(count) for count in options.frames.split(","))
    plan = Plan(
        FULL, CANVAS, frames, plans or ("A",), tiers, options.steps,
        options.tier_steps, 85, options.cold, command,
    )  # fmt: skip
    return plan, options


def _write_table(figures: list[Figure], device: str) -> Path:
    """A table of all figures, with what they were measured on."""
    RESULTS.mkdir(exist_ok=True)
    now = datetime.now(UTC)
    name = "".join(letter if letter.isalnum() else "_" for letter in device).strip("_").lower()
    path = RESULTS / f"void_{name}_{now:%Y%m%d_%H%M}.md"
    rows = [
        f"| {figure.name} | {figure.value:g} | {figure.unit} | {figure.target} |"
        f" {'yes' if figure.ok else 'NO'} |"
        for figure in figures
    ]
    versions = f"torch {torch.__version__}, Python {platform.python_version()}"
    head = [
        f"VOID engine on {device}, {now:%Y-%m-%d}, {versions}",
        "",
        f"`{figures[0].command}`",
        "",
        "| figure | value | unit | target | ok |",
        "|---|---|---|---|---|",
    ]
    path.write_text("\n".join([*head, *rows, ""]), encoding="utf-8")
    return path


def main(arguments: list[str]) -> int:
    """Print the figures; 1 when one misses its target or a part failed."""
    plan, options = _asked(arguments)
    cuda = torch.cuda.is_available() and not options.small
    device = torch.device("cuda", torch.cuda.current_device()) if cuda else torch.device("cpu")
    name = torch.cuda.get_device_name(device) if cuda else platform.machine()
    found = []
    for figure in measure(plan, device, torch.bfloat16 if cuda else torch.float32):
        print(figure.line(), flush=True)
        found.append(figure)
    if options.table:
        print(_write_table(found, name), file=sys.stderr)
    return 0 if all(figure.ok for figure in found) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
