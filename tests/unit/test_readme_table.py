"""README's table of formats is what the code does, word for word."""

from dataclasses import replace
from pathlib import Path

from tests.media.plates import plate_ref
from void_studio.media import (
    ColourTags,
    DeliveryKind,
    delivery_for,
    is_bit_exact,
    layout_of,
    master_layout,
    master_suffix,
)
from void_studio.media.plate import SEQUENCE
from void_studio.media.sequence_layout import storage_in
from void_studio.timeline import Profile

README = Path(__file__).resolve().parents[2] / "README.md"
BEGIN, END = "<!-- formats -->\n", "<!-- /formats -->\n"
FULL, LIMITED = ColourTags(range=2), ColourTags(range=1)
HOSTS = (Profile.RESOLVE, Profile.PREMIERE)

PLATES = (
    ("H.264, HEVC, 4:2:0, 8 bits", "yuv420p", LIMITED),
    ("HEVC, 4:2:0, 10 bits", "yuv420p10le", LIMITED),
    ("HEVC, 4:2:0, 12 bits", "yuv420p12le", LIMITED),
    ("MJPEG, 4:2:2, 8 bits, full range", "yuvj422p", FULL),
    ("XDCAM, DNxHD, 4:2:2, 8 bits", "yuv422p", LIMITED),
    ("ProRes 422, DNxHR HQX, v210, 4:2:2, 10 bits", "yuv422p10le", LIMITED),
    ("HEVC, 4:2:2, 12 bits", "yuv422p12le", LIMITED),
    ("ProRes 4444, 4:4:4, 12 bits", "yuv444p12le", LIMITED),
    ("ProRes 4444 with alpha, 12 bits", "yuva444p12le", LIMITED),
    ("DNxHR 444, 4:4:4, 10 bits", "yuv444p10le", LIMITED),
    ("RGB, 8 bits", "rgb24", FULL),
    ("RGB with alpha, 8 bits", "rgba", FULL),
    ("RGB, 10 bits", "gbrp10le", FULL),
    ("RGB, 16 bits", "rgb48le", FULL),
    ("grey, 8 bits", "gray", LIMITED),
)
SEQUENCES = (
    ("DPX, 10 bits", ".dpx", "gbrp10le"),
    ("DPX, 12 bits", ".dpx", "gbrp12le"),
    ("DPX, 16 bits", ".dpx", "rgb48le"),
    ("EXR, half floats", ".exr", "rgbf16le"),
    ("EXR, half floats with alpha", ".exr", "rgbaf16le"),
    ("EXR, floats", ".exr", "rgbf32le"),
    ("TIFF, 16 bits", ".tif", "rgb48le"),
    ("PNG, 8 bits", ".png", "rgb24"),
    ("PNG, 16 bits with alpha", ".png", "rgba64le"),
)
NAMES = {
    DeliveryKind.V210: "v210",
    DeliveryKind.PRORES_422_HQ: "ProRes 422 HQ",
    DeliveryKind.PRORES_4444: "ProRes 4444",
    DeliveryKind.DNXHR_HQX: "DNxHR HQX",
    DeliveryKind.DNXHR_444: "DNxHR 444",
}


def formats_table() -> str:
    hosts = " | ".join(profile.value for profile in HOSTS)
    head = f"| plate | master | {hosts} |\n|---|---|{'---|' * len(HOSTS)}\n"
    movies = [_movie(*plate) for plate in PLATES]
    return head + "".join([*movies, *(_sequence(*plate) for plate in SEQUENCES)])


def _movie(name: str, pixel_format: str, tags: ColourTags) -> str:
    stored = master_layout(layout_of(pixel_format)).pixel_format
    return _row(name, pixel_format, tags, f"FFV1 `{stored}`")


def _sequence(name: str, suffix: str, pixel_format: str) -> str:
    location = Path(f"plate.####{suffix}")
    ref = replace(plate_ref(pixel_format), location=location, container=SEQUENCE)
    ending = master_suffix(ref)
    assert storage_in(suffix, ref.layout) is not None
    return _row(f"{name}, sequence", pixel_format, FULL, f"`{ending}`")


def _row(name: str, pixel_format: str, tags: ColourTags, master: str) -> str:
    layout = layout_of(pixel_format)
    kind = delivery_for(layout)
    exactness = "bit-exact" if is_bit_exact(kind, layout, tags=tags) else "lossy"
    delivered = f"{NAMES[kind]}, {exactness}"
    hosts = " | ".join(delivered for _ in HOSTS)
    return f"| {name} (`{pixel_format}`) | {master}, bit-exact | {hosts} |\n"


def test_the_table_of_formats_is_what_is_written() -> None:
    text = README.read_text(encoding="utf-8")
    assert BEGIN in text
    table = text.split(BEGIN)[1].split(END)[0]
    assert table.strip() == formats_table().strip()
