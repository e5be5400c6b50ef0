"""Canvas clips and their manifests."""

import json

import numpy as np
import pytest

from void_studio.core import BadInput, Extent, digest_bytes
from void_studio.media import MAX_CLIP_FRAMES, CanvasClip, CanvasManifest, pack_array

DIGEST = "ab" * 32


def clip_of(depth: int = 16, frames: int = 3) -> CanvasClip:
    rng = np.random.default_rng(0)
    dtype = np.uint16 if depth == 16 else np.uint8
    pixels = [rng.integers(0, 1 << depth, (6, 8, 3)).astype(dtype) for _ in range(frames)]
    mattes = [rng.choice([0, 63, 127, 255], (6, 8)).astype(np.uint8) for _ in range(frames)]
    return CanvasClip.from_arrays(pixels, mattes)


def manifest_json(**changes: object) -> bytes:
    value = json.loads(CanvasManifest(Extent(8, 6), 16, (DIGEST,), (DIGEST,)).encode())
    return json.dumps({**value, **changes}).encode()


@pytest.mark.parametrize("depth", [8, 16])
def test_a_clip_gives_back_its_frames(depth: int) -> None:
    clip = clip_of(depth)
    assert len(clip) == 3
    assert clip.extent == Extent(8, 6)
    assert clip.pixels(1).dtype.itemsize * 8 == depth
    assert clip.pixels(1).shape == (6, 8, 3)
    assert set(np.unique(clip.quadmask(2))) <= {0, 63, 127, 255}
    assert not np.array_equal(clip.pixels(0), clip.pixels(1))


def test_a_manifest_survives_the_wire_and_keeps_its_digest() -> None:
    manifest = clip_of().manifest
    found = CanvasManifest.decode(manifest.encode())
    assert found == manifest
    assert found.digest == manifest.digest == digest_bytes(manifest.encode())
    assert len(manifest.digests) == 6


def test_the_digest_of_a_given_manifest_never_changes() -> None:
    manifest = CanvasManifest(Extent(8, 6), 16, (DIGEST,), (DIGEST,))
    assert manifest.digest == digest_bytes(
        b'{"depth":16,"height":6,"pixels":["' + DIGEST.encode() + b'"],"quadmask":["'
        + DIGEST.encode() + b'"],"schema":"void_studio.canvas.1","width":8}'
    )  # fmt: skip


def test_one_changed_pixel_changes_one_address() -> None:
    clip = clip_of()
    frames = [clip.pixels(index).copy() for index in range(3)]
    frames[1][0, 0, 0] ^= 1
    other = CanvasClip.from_arrays(frames, [clip.quadmask(index) for index in range(3)])
    changed = [a != b for a, b in zip(clip.manifest.pixels, other.manifest.pixels, strict=True)]
    assert changed == [False, True, False]
    assert clip.manifest.quadmask == other.manifest.quadmask


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"null",
        b"{}",
        b"\xff\xfe",
        manifest_json(schema="void_studio.canvas.2"),
        manifest_json(schema=None),
        manifest_json(width=0),
        manifest_json(width=-8),
        manifest_json(height=1 << 20),
        manifest_json(width="wide"),
        manifest_json(width=None),
        manifest_json(width=8.5),
        manifest_json(width="8"),
        manifest_json(width=True),
        manifest_json(depth=12),
        manifest_json(pixels={DIGEST: 1}),
        b"[" * 200_000,
        manifest_json(pixels=[]),
        manifest_json(pixels=[DIGEST, DIGEST]),
        manifest_json(pixels=["../../etc/passwd"], quadmask=["../../etc/passwd"]),
        manifest_json(pixels=[DIGEST.upper()]),
        manifest_json(pixels=[7]),
        manifest_json(pixels=DIGEST),
        manifest_json(pixels=None),
        manifest_json(pixels=[DIGEST] * (MAX_CLIP_FRAMES + 1)),
    ],
)
def test_a_hostile_manifest_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput):
        CanvasManifest.decode(data)


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((6, 8, 3), np.uint8),
        np.zeros((6, 9, 3), np.uint16),
        np.zeros((6, 8), np.uint16),
        np.zeros((6, 8, 3), np.float16),
    ],
)
def test_a_blob_of_another_shape_or_depth_is_refused(array: np.ndarray) -> None:
    blob = pack_array(array)
    digest = digest_bytes(blob)
    manifest = CanvasManifest(Extent(8, 6), 16, (digest,), (DIGEST,))
    with pytest.raises(BadInput, match="canvas blob"):
        CanvasClip(manifest, {digest: blob}.__getitem__).pixels(0)
