"""Small real image sequences, written with OpenImageIO alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import OpenImageIO

from tests.media.movies import number_planes
from void_studio.core import Extent, Rect

__all__ = [
    "ImageKind",
    "attributes",
    "image_sequence",
    "numbered_sequence",
    "stored",
    "write_image",
]

ODD = Extent(37, 23)
_BITS = {"uint8": 8, "uint16": 16}
_TYPES = {"half": np.float16, "float": np.float32, "uint8": np.uint8, "uint16": np.uint16}


@dataclass(frozen=True)
class ImageKind:
    """How the files of a sequence are made.

    `window` is the data window in the display window, None when they are the same; `formats` gives
    each channel a type of its own; `tile` is the side of a tile, 0 for scanlines.
    """

    suffix: str
    sample: str
    channels: tuple[str, ...] = ("R", "G", "B")
    attributes: Mapping[str, Any] = field(default_factory=dict)
    window: Rect | None = None
    formats: tuple[str, ...] = ()
    tile: int = 0

    def spec(self, extent: Extent) -> Any:
        window = self.window or extent.rect
        sample = "float" if self.formats else self.sample
        spec = OpenImageIO.ImageSpec(window.width, window.height, len(self.channels), sample)
        spec.x, spec.y = window.x, window.y
        spec.full_x = spec.full_y = 0
        spec.full_width, spec.full_height = extent.width, extent.height
        spec.channelnames = self.channels
        if self.formats:
            spec.channelformats = tuple(map(OpenImageIO.TypeDesc, self.formats))
        if self.channels[-1] == "A":
            spec.alpha_channel = len(self.channels) - 1
            spec.attribute("oiio:UnassociatedAlpha", 1)
        spec.tile_width = spec.tile_height = self.tile
        for name, value in self.attributes.items():
            if name == "smpte:TimeCode":
                spec.attribute(name, "timecode", value)
            elif name == "FramesPerSecond":
                spec.attribute(name, "rational", value)
            else:
                spec.attribute(name, value)
        return spec

    def noise(self, extent: Extent, seed: int) -> npt.NDArray[Any]:
        """Samples of every code, or floats from below 0 to above 1, some of them no numbers."""
        rng = np.random.default_rng(seed)
        window = self.window or extent.rect
        shape = (*window.extent.shape, len(self.channels))
        if self.sample in _BITS:
            bits = self.attributes.get("oiio:BitsPerSample", _BITS[self.sample])
            codes = rng.integers(0, 1 << bits, shape)
            whole = _BITS[self.sample]
            return (codes << (whole - bits) | codes >> max(0, 2 * bits - whole)).astype(
                _TYPES[self.sample]
            )
        light = (rng.random(shape) * 3 - 0.5).astype(_TYPES[self.sample])
        light[0, :3] = [[np.nan], [np.inf], [-np.inf]]
        return light.astype(np.float32) if self.formats else light


def write_image(path: Path, spec: Any, image: npt.NDArray[Any]) -> None:
    out = OpenImageIO.ImageOutput.create(str(path))
    assert out is not None, OpenImageIO.geterror()
    assert out.open(str(path), spec), out.geterror()
    assert out.write_image(image), out.geterror()
    assert out.close()


def image_sequence(
    folder: Path,
    kind: ImageKind,
    *,
    first: int = 1001,
    frames: int = 4,
    extent: Extent = ODD,
    change: Callable[[Any, int], None] | None = None,
) -> Path:
    """Noise as `folder/plate.1001.exr` and so on; returns the pattern with hashes."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(first, first + frames):
        spec = kind.spec(extent)
        if change is not None:
            change(spec, number)
        write_image(folder / f"plate.{number:04d}{kind.suffix}", spec, kind.noise(extent, number))
    return folder / f"plate.####{kind.suffix}"


def numbered_sequence(
    folder: Path, kind: ImageKind, *, frames: int = 24, first: int = 1001, extent: Extent
) -> Path:
    """Pictures that say 0, 1 ... as `tests.media.movies` draws them; no alpha, no windows."""
    folder.mkdir(parents=True, exist_ok=True)
    for index in range(frames):
        picture = number_planes(index, "rgb24", extent)[0]
        if kind.sample in _BITS:
            image = picture.astype(_TYPES[kind.sample]) * (1 if kind.sample == "uint8" else 257)
        else:
            image = (picture / 255).astype(_TYPES[kind.sample])
        write_image(folder / f"plate.{first + index:04d}{kind.suffix}", kind.spec(extent), image)
    return folder / f"plate.####{kind.suffix}"


def stored(path: Path) -> tuple[Any, npt.NDArray[Any]]:
    """Header and all channels of a file, alpha as it is."""
    settings = OpenImageIO.ImageSpec()
    settings.attribute("oiio:UnassociatedAlpha", 1)
    image = OpenImageIO.ImageInput.open(str(path), settings)
    assert image is not None, OpenImageIO.geterror()
    spec = image.spec()
    samples = image.read_image(0, 0, 0, spec.nchannels, spec.format)
    image.close()
    return spec, samples


def attributes(path: Path, *, without: Sequence[str] = ()) -> dict[str, Any]:
    """Everything in a header: attributes, windows, channels, tiles."""
    spec, _ = stored(path)
    found = {one.name: one.value for one in spec.extra_attribs if one.name not in without}
    names = ("x", "y", "width", "height", "full_x", "full_y", "full_width", "full_height")
    found |= {name: getattr(spec, name) for name in (*names, "tile_width", "tile_height")}
    formats = [str(spec.channelformat(at)) for at in range(spec.nchannels)]
    return found | {"channels": list(zip(spec.channelnames, formats, strict=True))}
