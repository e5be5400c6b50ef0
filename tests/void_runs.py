"""Filling small clips with a tiny VOID model, as the tests of the engine do."""

import contextlib
from collections.abc import Iterator

import numpy as np
import torch

from void_studio.engine import Exactness
from void_studio.engine.void.params import VoidParams
from void_studio.engine.void.pipeline import VoidPipeline
from void_studio.media import CanvasClip

PARAMS = VoidParams(steps=6, window=13, overlap=0, preview_every=2)


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Torch on one thread."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def load(tiny, checkpoint="void_pass1.safetensors", **options):
    """A pipeline of the tiny model, float32 on the CPU."""
    given = {"device": "cpu", "dtype": torch.float32} | options
    return VoidPipeline.load(tiny, tiny / checkpoint, **given)


def frames_of(count, size=(32, 48), dtype=np.uint8, seed=1):
    """Frames of noise."""
    rng = np.random.Generator(np.random.PCG64(seed))
    return [rng.integers(0, np.iinfo(dtype).max, (*size, 3), dtype) for _ in range(count)]


def mattes_of(count, size=(32, 48), masked=None):
    """Quadmasks with a remove and an affected region, in all frames or those `masked`."""
    mattes = [np.full(size, 255, np.uint8) for _ in range(count)]
    for frame in range(count) if masked is None else masked:
        mattes[frame][4:20, 8:30] = 0
        mattes[frame][20:28, 8:30] = 127
    return mattes


def clip_of(count=9, size=(32, 48), masked=None, dtype=np.uint8):
    """A clip of noise with a hole."""
    return CanvasClip.from_arrays(frames_of(count, size, dtype), mattes_of(count, size, masked))


def fill(
    pipeline,
    clip,
    params=PARAMS,
    *,
    prompt="an empty street",
    allow=Exactness.EXACT,
    resume=None,
    stop=None,
):
    """Patches and events."""
    events = []
    patches = pipeline.fill(
        clip,
        prompt,
        params,
        allow=allow,
        resume=resume,
        on_event=events.append,
        cancelled=stop or (lambda: False),
    )
    return list(patches), events


def of(events, kind):
    """The events of a kind."""
    return [event for event in events if isinstance(event, kind)]


def same(first, second):
    """Whether two lists of patches have the same pixels."""
    return len(first) == len(second) and all(
        np.array_equal(a.pixels, b.pixels) for a, b in zip(first, second, strict=True)
    )


def psnr(first, second):
    """Of two lists of patches, in dB."""
    a, b = (np.stack([patch.pixels for patch in patches]) / 65535.0 for patches in (first, second))
    return -10 * np.log10(max(np.mean((a - b) ** 2), 1e-12))
