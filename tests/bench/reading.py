"""Random access against sequential decode, side by side on movies of a scene with grain."""

import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np

from tests.bench.figure import Figure
from tests.media.movies import planes_movie
from void_studio.app.demo.scene import DemoScene
from void_studio.core import Extent
from void_studio.media import UNTAGGED, colour_of, layout_of, open_plate, samples_of_rgb

__all__ = ["figures"]

RATE = Fraction(24)
COMMAND = "python -m tests.bench reading"
EXTENT, FRAMES, GOP = Extent(1920, 1080), 36, 12
CODECS = (("prores", "yuv422p10le"), ("libx264", "yuv420p"), ("ffv1", "yuv420p"))


def figures() -> Iterator[Figure]:
    """Milliseconds per frame in order, and how many times that random order takes."""
    with tempfile.TemporaryDirectory() as folder:
        for codec, pixel_format in CODECS:
            suffix = ".mkv" if codec == "ffv1" else ".mov"
            path = Path(folder) / f"{codec}{suffix}"
            planes_movie(path, _pictures(pixel_format), pixel_format, codec=codec, gop=GOP)
            yield from _compared(path, codec)


def _pictures(pixel_format: str) -> Iterator[tuple[np.ndarray, ...]]:
    scene, layout = DemoScene(EXTENT, FRAMES), layout_of(pixel_format)
    colour = colour_of(UNTAGGED, layout, EXTENT, RATE)
    for index in range(FRAMES):
        parts = samples_of_rgb(
            scene.plate(index), layout=layout, colour=colour, extent=EXTENT, rect=EXTENT.rect
        )
        yield tuple(np.rint(part[1]).astype(layout.dtype) for part in parts if part is not None)


def _compared(path: Path, codec: str) -> Iterator[Figure]:
    with open_plate(path) as reader:
        numbers = list(reader.ref.available_range)
    shuffled = random.Random(1).sample(numbers, len(numbers))  # noqa: S311  an order, no secret
    in_order, at_random = _ms(path, numbers), _ms(path, shuffled)
    title = f"1080p {codec}"
    yield Figure(f"{title}: frame in order", round(in_order, 1), "ms", "", True, COMMAND)
    ratio = round(at_random / in_order, 2)
    yield Figure(f"{title}: random / sequential", ratio, "x", "", True, COMMAND)


def _ms(path: Path, numbers: Sequence[int]) -> float:
    with open_plate(path) as reader:
        reader.read(numbers[0])
        began = time.perf_counter()
        for number in numbers:
            reader.read(number)
        return (time.perf_counter() - began) / len(numbers) * 1000
