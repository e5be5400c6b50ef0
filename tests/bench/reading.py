"""Random access against sequential decode, side by side on the same movies."""

import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.bench.figure import Figure
from tests.media.movies import numbered_movie
from void_studio.core import Extent
from void_studio.media import open_plate

__all__ = ["figures"]

COMMAND = "python -m tests.bench reading"
EXTENT, FRAMES = Extent(1920, 1080), 48
CODECS = (("prores", "yuv422p10le"), ("libx264", "yuv420p"), ("ffv1", "yuv420p"))


def figures() -> Iterator[Figure]:
    """Milliseconds per frame in order, and how many times that random order takes."""
    with tempfile.TemporaryDirectory() as folder:
        for codec, pixel_format in CODECS:
            suffix = ".mkv" if codec == "ffv1" else ".mov"
            path = Path(folder) / f"{codec}{suffix}"
            numbered_movie(
                path, codec=codec, pixel_format=pixel_format, frames=FRAMES, extent=EXTENT
            )
            yield from _compared(path, codec)


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
