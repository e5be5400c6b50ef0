"""Native samples to R'G'B' and back, against the equations of H.273 in float64."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pytest

from tests.media.plates import plate_ref, random_frame
from void_studio.core import Extent, Rect
from void_studio.media import (
    Colour,
    ColourTags,
    Frame,
    colour_of,
    component_planes,
    layout_of,
    plane_rect,
    rgb_of,
    samples_of_rgb,
)

PlaneSamples = tuple[Rect, npt.NDArray[np.float32]]
ODD = Extent(37, 150)
SUBSAMPLED = ["yuv420p", "yuv422p10le", "yuv411p", "yuv440p", "yuvj420p", "yuva420p"]


def frame_of(pixel_format: str, extent: Extent, *planes: npt.NDArray[np.generic]) -> Frame:
    layout = layout_of(pixel_format)
    colour = colour_of(ColourTags(), layout, extent, Fraction(25))
    return Frame(0, extent, layout, colour, tuple(plane.astype(layout.dtype) for plane in planes))


def flat(pixel_format: str, codes: tuple[int, int, int], height: int = 48) -> Frame:
    extent = Extent(64, height)
    shapes = [plane.shape(extent) for plane in layout_of(pixel_format).planes]
    planes = (np.full(shape, code) for shape, code in zip(shapes, codes, strict=True))
    return frame_of(pixel_format, extent, *planes)


def back(frame: Frame, rgb: npt.NDArray[np.generic], rect: Rect) -> tuple[PlaneSamples | None, ...]:
    return samples_of_rgb(
        rgb, layout=frame.layout, colour=frame.colour, extent=frame.extent, rect=rect
    )


@pytest.mark.parametrize("name", ["rgb24", "bgr24", "bgr0", "rgba", "argb", "gbrp", "gbrap"])
def test_eight_bit_rgb_is_times_257_exactly(name: str) -> None:
    frame = random_frame(plate_ref(name, ODD), 1)
    expected = np.stack(component_planes(frame)[:3], axis=-1).astype(np.uint32) * 257
    assert np.array_equal(rgb_of(frame, frame.extent.rect), expected)


@pytest.mark.parametrize(("name", "bits"), [("gbrp10le", 10), ("gbrp12le", 12), ("rgb48le", 16)])
def test_deeper_rgb_is_scaled_to_the_nearest_level(name: str, bits: int) -> None:
    frame = random_frame(plate_ref(name, ODD), 1)
    exact = np.stack(component_planes(frame), axis=-1) * (65535 / (2**bits - 1))
    assert np.abs(rgb_of(frame, frame.extent.rect) - exact).max() <= 0.51


@pytest.mark.parametrize(
    ("name", "height", "codes", "rgb"),
    [
        ("yuv420p", 48, (16, 128, 128), (0, 0, 0)),
        ("yuv420p", 48, (235, 128, 128), (65535, 65535, 65535)),
        ("yuv422p10le", 48, (940, 512, 512), (65535, 65535, 65535)),
        ("yuvj420p", 48, (255, 128, 128), (65535, 65535, 65535)),
        ("yuv420p", 48, (81, 90, 240), (254, 0, 0)),
        ("yuv420p", 720, (63, 102, 240), (255, 1, 0)),
        ("yuv420p", 720, (32, 240, 118), (0, 0, 255)),
        ("yuv420p", 720, (173, 42, 26), (0, 255, 1)),
    ],
)
def test_known_codes_give_known_colours(
    name: str, height: int, codes: tuple[int, int, int], rgb: tuple[int, int, int]
) -> None:
    found = flat(name, codes, height).rgb()[20, 20] / 257
    expected = np.array(rgb) / (257 if max(rgb) > 255 else 1)
    assert np.abs(found - expected).max() <= 1


@pytest.mark.parametrize(("name", "white"), [("gray", 235), ("gray10le", 940), ("gray16le", 60160)])
def test_grey_gives_three_equal_components(name: str, white: int) -> None:
    ramp = np.tile(np.linspace(0, (1 << layout_of(name).bits) - 1, 64), (48, 1))
    frame = frame_of(name, Extent(64, 48), ramp)
    rgb = frame.rgb()
    assert np.array_equal(rgb[..., 0], rgb[..., 1])
    assert np.array_equal(rgb[..., 0], rgb[..., 2])
    assert rgb[0, 0, 0] == 0
    assert (rgb[frame.planes[0] >= white] == 65535).all()


def plain_chroma(samples: npt.NDArray[np.generic], shift: tuple[int, int], x: int, y: int) -> float:
    """Linear interpolation at one pixel, left-sited across and centred down."""
    across = x / (1 << shift[0])
    down = (y + 0.5) / (1 << shift[1]) - 0.5
    left, top = int(np.floor(across)), int(np.floor(down))
    columns = np.clip([left, left + 1], 0, samples.shape[1] - 1)
    rows = np.clip([top, top + 1], 0, samples.shape[0] - 1)
    corner = samples[np.ix_(rows, columns)].astype(float)
    weights = np.outer([1 - (down - top), down - top], [1 - (across - left), across - left])
    return float((corner * weights).sum())


def plain_rgb(
    codes: tuple[float, float, float], bits: int, colour: Colour
) -> npt.NDArray[np.float64]:
    unit = 2 ** (bits - 8)
    full = 2**bits - 1
    luma_scale, chroma_scale = (full, full) if colour.full_range else (219 * unit, 224 * unit)
    luma = (codes[0] - (0 if colour.full_range else 16 * unit)) / luma_scale
    blue, red = ((code - 128 * unit) / chroma_scale for code in codes[1:])
    r = luma + 2 * (1 - colour.kr) * red
    b = luma + 2 * (1 - colour.kb) * blue
    g = (luma - colour.kr * r - colour.kb * b) / (1 - colour.kr - colour.kb)
    return (np.array([r, g, b]) * 65535).clip(0, 65535)


@pytest.mark.parametrize("name", [*SUBSAMPLED, "yuv444p12le"])
def test_chroma_is_interpolated_between_its_sites(name: str) -> None:
    frame = random_frame(plate_ref(name, ODD), 5)
    rgb = rgb_of(frame, ODD.rect)
    chroma = frame.layout.planes[1]
    shift = (chroma.shift_x, chroma.shift_y)
    for x, y in [
        (0, 0),
        (1, 0),
        (0, 1),
        (36, 149),
        (35, 148),
        (17, 63),
        (18, 64),
        (7, 65),
        (20, 90),
    ]:
        codes = tuple(plain_chroma(plane, shift, x, y) for plane in frame.planes[1:3])
        expected = plain_rgb(
            (float(frame.planes[0][y, x]), *codes), frame.layout.bits, frame.colour
        )
        assert np.abs(rgb[y, x] - expected).max() <= 1, (x, y)


@pytest.mark.parametrize("name", [*SUBSAMPLED, "gbrp10le", "gray", "rgb24"])
@pytest.mark.parametrize("rect", [Rect(0, 0, 37, 150), Rect(3, 5, 9, 90), Rect(36, 149, 1, 1)])
def test_a_part_equals_the_part_of_the_whole(name: str, rect: Rect) -> None:
    frame = random_frame(plate_ref(name, ODD), 2)
    assert np.array_equal(rgb_of(frame, rect), rgb_of(frame, ODD.rect)[rect.slices])


def test_an_empty_part_is_empty_and_one_outside_is_refused() -> None:
    frame = random_frame(plate_ref("yuv420p"), 2)
    assert rgb_of(frame, Rect(3, 3, 0, 5)).shape == (5, 0, 3)
    with pytest.raises(ValueError, match="inside"):
        rgb_of(frame, Rect(0, 0, 65, 48))


@pytest.mark.parametrize(
    "name", ["yuv444p", "yuv444p10le", "yuv444p12le", "yuvj444p", "gbrp10le", "rgb24", "bgr0"]
)
def test_there_and_back_in_444_is_within_one_code(name: str) -> None:
    ref = plate_ref(name, ODD)
    bits = ref.layout.bits
    if ref.layout.is_rgb:
        frame = random_frame(ref, 4)
    else:
        frame = random_frame(ref, 4, low=108 << (bits - 8), high=148 << (bits - 8))
    parts = back(frame, frame.rgb(), ODD.rect)
    for part, plane, samples in zip(parts, frame.layout.planes, frame.planes, strict=True):
        assert part is not None
        assert part[0] == ODD.rect
        colours = slice(0, 3) if len(plane.components) > 1 else slice(None)
        difference = np.rint(part[1]) - samples
        assert np.abs(difference[..., colours]).max() <= 1


def test_twelve_bits_and_more_come_back_exactly() -> None:
    frame = random_frame(plate_ref("gbrp12le", ODD), 4)
    parts = back(frame, frame.rgb(), ODD.rect)
    for part, samples in zip(parts, frame.planes, strict=True):
        assert part is not None
        assert np.array_equal(np.rint(part[1]), samples)


@pytest.mark.parametrize("name", SUBSAMPLED)
@pytest.mark.parametrize(
    "rect", [ODD.rect, Rect(1, 1, 6, 7), Rect(36, 148, 1, 2), Rect(2, 4, 1, 1)]
)
def test_every_plane_gets_its_own_rectangle(name: str, rect: Rect) -> None:
    frame = random_frame(plate_ref(name, ODD), 4)
    parts = back(frame, rgb_of(frame, rect), rect)
    for part, plane in zip(parts, frame.layout.planes, strict=True):
        if plane.components == (3,):
            assert part is None
            continue
        assert part is not None
        assert part[0] == plane_rect(plane, rect, ODD)
        assert part[1].shape == part[0].extent.shape
        assert part[1].dtype == np.float32


@pytest.mark.parametrize("name", SUBSAMPLED)
def test_a_smooth_picture_keeps_its_chroma_where_it_was(name: str) -> None:
    """A linear ramp of chroma has the same value at every site before and after."""
    extent = Extent(96, 64)
    layout = layout_of(name)
    unit = 1 << (layout.bits - 8)
    planes = [np.full(extent.shape, 128 * unit)]
    for plane in layout.planes[1:3]:
        rows, columns = plane.shape(extent)[:2]
        ramp = np.arange(columns)[None] * 0.25 * (1 << plane.shift_x) + np.arange(rows)[:, None]
        planes.append((100 + ramp * 0.5) * unit)
    planes += [np.zeros(extent.shape)] * layout.has_alpha
    frame = frame_of(name, extent, *planes)
    parts = back(frame, frame.rgb().astype(np.float32), extent.rect)
    for part, samples in zip(parts[1:3], frame.planes[1:3], strict=True):
        assert part is not None
        inner = np.abs(part[1] - samples)[2:-2, 2:-2]
        assert inner.max() <= 0.8 * unit
        assert inner.mean() <= 0.35 * unit


def test_a_part_with_room_around_it_equals_the_part_of_the_whole() -> None:
    frame = random_frame(plate_ref("yuv420p", Extent(64, 48)), 4)
    rgb = frame.rgb()
    whole, part = (
        back(frame, rgb[rect.slices], rect) for rect in (Rect(0, 0, 64, 48), Rect(8, 8, 24, 20))
    )
    for (_, everything), (where, piece) in zip(whole, part, strict=True):
        assert np.abs(everything[where.slices] - piece)[1:-1, 1:-1].max() < 1e-2


def test_what_colour_does_not_tell_is_left_to_the_caller() -> None:
    frame = random_frame(plate_ref("argb"), 4)
    (part,) = back(frame, frame.rgb(), frame.extent.rect)
    assert part is not None
    assert (part[1][..., 0] == 255).all()
    assert np.array_equal(np.rint(part[1][..., 1:]), frame.planes[0][..., 1:])


def test_codes_are_neither_rounded_nor_clipped() -> None:
    frame = replace(random_frame(plate_ref("yuv444p"), 0))
    over = np.full((48, 64, 3), 65535 * 1.2, np.float32)
    (_, luma), *_ = back(frame, over, frame.extent.rect)
    assert luma.max() == pytest.approx(16 + 219 * 1.2, abs=0.01)


def test_rgb_of_another_size_than_its_rectangle_is_refused() -> None:
    frame = random_frame(plate_ref("yuv420p"), 0)
    with pytest.raises(ValueError, match="cover"):
        back(frame, np.zeros((4, 4, 3), np.uint16), Rect(0, 0, 4, 5))
    with pytest.raises(ValueError, match="cover"):
        back(frame, np.zeros((4, 4, 3), np.uint16), Rect(62, 0, 4, 4))
