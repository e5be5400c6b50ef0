"""The clip that an engine is given: canvas pixels and quadmask, one blob per frame each."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from void_studio.core import BadInput, Extent, canonical_json, digest_bytes, is_digest
from void_studio.media.arrays import pack_array, unpack_array

__all__ = ["MAX_CLIP_FRAMES", "CanvasClip", "CanvasManifest"]

MAX_CLIP_FRAMES = 100_000
MAX_SIDE = 16_384
_SCHEMA = "void_studio.canvas.1"


@dataclass(frozen=True, slots=True)
class CanvasManifest:
    """The addresses of a clip's blobs, in frame order; its digest is the clip's digest.

    `depth` is 8 or 16: canvas pixels are RGB of shape (height, width, 3), uint8 or uint16 full
    range; quadmask frames are uint8 of shape (height, width) with the stored numbers.
    """

    extent: Extent
    depth: int
    pixels: tuple[str, ...]
    quadmask: tuple[str, ...]

    @property
    def digest(self) -> str:
        """BLAKE3 of `encode()`."""
        return digest_bytes(self.encode())

    @property
    def digests(self) -> frozenset[str]:
        """Every blob that the clip needs."""
        return frozenset(self.pixels) | frozenset(self.quadmask)

    def encode(self) -> bytes:
        """Canonical JSON."""
        return canonical_json(
            {
                "schema": _SCHEMA,
                "width": self.extent.width,
                "height": self.extent.height,
                "depth": self.depth,
                "pixels": list(self.pixels),
                "quadmask": list(self.quadmask),
            }
        )

    @classmethod
    def decode(cls, data: bytes) -> CanvasManifest:
        """Read what `encode` wrote. Raises BadInput for anything else or beyond the limits."""
        value = _json_object(data)
        try:
            extent = Extent(_whole(value["width"]), _whole(value["height"]))
            pixels, quadmask = _listed(value["pixels"]), _listed(value["quadmask"])
            manifest = cls(extent, _whole(value["depth"]), pixels, quadmask)
        except (KeyError, TypeError) as error:
            raise BadInput(f"a canvas manifest lacks or misstates {error}") from error
        manifest._check(value.get("schema"))
        return manifest

    def _check(self, schema: object) -> None:
        sides = (self.extent.width, self.extent.height)
        good = (
            schema == _SCHEMA
            and self.depth in (8, 16)
            and all(0 < side <= MAX_SIDE for side in sides)
            and 0 < len(self.pixels) <= MAX_CLIP_FRAMES
            and len(self.pixels) == len(self.quadmask)
            and all(map(is_digest, self.pixels + self.quadmask))
        )
        if not good:
            raise BadInput("a canvas manifest is malformed or beyond the limits")


def _whole(value: object) -> int:
    if type(value) is not int:
        raise TypeError("a number that is not whole")
    return value


def _listed(value: object) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise TypeError("a list of digests")
    return tuple(value)


def _json_object(data: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"a manifest is not JSON ({error})") from error
    if not isinstance(value, dict):
        raise BadInput("a manifest is not a JSON object")
    return value


class CanvasClip:
    """Frames 0 .. len - 1 of a job, fetched blob by blob, never all at once.

    Frame numbers here are indices into the clip; the RenderRequest knows which plate frame is
    number 0. Arrays come back read-only.
    """

    def __init__(self, manifest: CanvasManifest, fetch: Callable[[str], bytes]) -> None:
        self.manifest = manifest
        self._fetch = fetch

    @classmethod
    def from_arrays(
        cls, frames: Sequence[npt.NDArray[Any]], quadmask: Sequence[npt.NDArray[np.uint8]]
    ) -> CanvasClip:
        """A clip in memory from RGB frames (height, width, 3), uint8 or uint16, and quadmasks."""
        blobs: dict[str, bytes] = {}

        def keep(array: npt.NDArray[Any]) -> str:
            blob = pack_array(array)
            digest = digest_bytes(blob)
            blobs[digest] = blob
            return digest

        height, width = frames[0].shape[:2]
        manifest = CanvasManifest(
            Extent(width, height),
            frames[0].dtype.itemsize * 8,
            tuple(keep(frame) for frame in frames),
            tuple(keep(matte) for matte in quadmask),
        )
        return cls(manifest, blobs.__getitem__)

    def __len__(self) -> int:
        return len(self.manifest.pixels)

    @property
    def extent(self) -> Extent:
        """Size of the canvas."""
        return self.manifest.extent

    def pixels(self, index: int) -> npt.NDArray[Any]:
        """RGB (height, width, 3), uint8 or uint16 by `manifest.depth`."""
        shape = (*self.extent.shape, 3)
        return self._array(self.manifest.pixels[index], shape, self.manifest.depth)

    def quadmask(self, index: int) -> npt.NDArray[np.uint8]:
        """Stored quadmask numbers, uint8 (height, width)."""
        return self._array(self.manifest.quadmask[index], self.extent.shape, 8)

    def _array(self, digest: str, shape: tuple[int, ...], depth: int) -> npt.NDArray[Any]:
        array = unpack_array(self._fetch(digest))
        if array.shape != shape or array.dtype.kind != "u" or array.dtype.itemsize * 8 != depth:
            raise BadInput(f"canvas blob {digest[:12]} is {array.shape} {array.dtype}")
        return array
