"""Tiles: how pictures are cut, put together, and how near tiled ones are to whole ones."""

import pytest

for _needed in ("torch", "diffusers", "transformers", "sentencepiece"):
    pytest.importorskip(_needed, reason=f"the VOID engine needs {_needed}")

from itertools import pairwise

import torch

from tests.tiny_void import make_tiny_void
from tests.void_runs import load, one_thread
from void_studio.engine.void import vae as vae_file
from void_studio.engine.void.tiles import blended, tile_spans, tiles_of

CPU = torch.device("cpu")
# On the tiny model, of pictures that are alike all over: norms of a tile see that tile alone.
DECODE_PSNR_DB, ENCODE_SHARE = 38, 0.15


@pytest.fixture(scope="module", autouse=True)
def _one_thread():
    with one_thread():
        yield


@pytest.fixture(scope="module")
def vae(tmp_path_factory):
    return load(make_tiny_void(tmp_path_factory.mktemp("tiny"))).models.vae


@pytest.fixture
def small_tiles(monkeypatch):
    monkeypatch.setattr(vae_file, "_TILE", (10, 12))
    monkeypatch.setattr(vae_file, "_TILE_OVERLAP", 6)


@pytest.mark.parametrize(
    ("length", "size", "overlap"),
    [(48, 30, 6), (84, 48, 6), (135, 48, 6), (30, 30, 6), (31, 30, 6)],
)
def test_spans_cover_the_length_and_share_what_is_asked(length, size, overlap):
    spans = tile_spans(length, size, overlap)
    assert (spans[0][0], spans[-1][1]) == (0, length)
    assert all(end - begin <= size for begin, end in spans)
    assert all(a[1] - b[0] >= overlap for a, b in pairwise(spans))


def test_tiles_of_a_picture_put_together_are_the_picture():
    picture = torch.randn(1, 3, 2, 40, 56, generator=torch.Generator().manual_seed(1))
    tiles = tiles_of(40, 56, (16, 20), 4)
    assert len(tiles) > 4
    whole = blended(tiles, lambda number, tile: tile.of(picture, 1), 1)
    assert torch.allclose(whole, picture, atol=1e-6)


def test_a_picture_of_one_tile_is_exact_both_ways(vae):
    latents = torch.randn(1, 16, 4, 6, 8, generator=torch.Generator().manual_seed(1))
    frames = torch.randn(1, 3, 13, 48, 64, generator=torch.Generator().manual_seed(2)).clamp(-1, 1)
    with torch.inference_mode():
        whole = torch.cat(list(vae.decode_stream(latents)), dim=2)
        tiled = torch.cat(list(vae.decode_tiled(latents)), dim=2)
        assert torch.equal(whole, tiled)
        read = lambda begin, end: frames[:, :, begin:end]  # noqa: E731
        encoded = vae.encode_tiled(read, 13, device=CPU, dtype=torch.float32)
        assert torch.equal(vae.encode_stream(read, 13), encoded)


@pytest.mark.usefixtures("small_tiles")
def test_tiled_pictures_are_near_whole_ones_and_as_long(vae):
    latents = torch.randn(1, 16, 6, 12, 16, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        whole = torch.cat(list(vae.decode_stream(latents)), dim=2)
        tiled = torch.cat(list(vae.decode_tiled(latents)), dim=2)
    assert tiled.shape == whole.shape == (1, 3, 21, 96, 128)
    error = (tiled.clamp(-1, 1) - whole.clamp(-1, 1)).square().mean() / 4
    assert -10 * torch.log10(error) > DECODE_PSNR_DB


@pytest.mark.usefixtures("small_tiles")
def test_tiled_latents_are_near_whole_ones(vae):
    noise = torch.randn(1, 3, 21, 96, 128, generator=torch.Generator().manual_seed(2))
    frames = (noise * 0.3).clamp(-1, 1)
    with torch.inference_mode():
        whole = vae.encode_stream(lambda begin, end: frames[:, :, begin:end], 21)
        tiled = vae.encode_tiled(
            lambda begin, end: frames[:, :, begin:end], 21, device=CPU, dtype=torch.float32
        )
    assert tiled.shape == whole.shape
    assert (tiled - whole).square().mean().sqrt() < ENCODE_SHARE * whole.std()


@pytest.mark.usefixtures("small_tiles")
def test_a_long_clip_goes_on_within_each_tile_where_it_stopped(vae, monkeypatch):
    latents = torch.randn(1, 16, 8, 12, 16, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        at_once = torch.cat(list(vae.decode_tiled(latents)), dim=2)
        monkeypatch.setattr(vae_file, "_DECODED_TOGETHER", 2)
        parts = list(vae.decode_tiled(latents))
    assert len(parts) == 3
    assert torch.equal(torch.cat(parts, dim=2), at_once)
