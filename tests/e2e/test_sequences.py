"""Image sequences as plates: probed, filled, and cut as a timeline has them."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.e2e.plates import EXTENT, FRAMES, moving_plate, square_quadmask
from tests.e2e.studio import checked, studio
from tests.media.images import ImageKind, attributes, stored, write_image
from void_studio.core import FrameRange
from void_studio.media import open_plate, probe_plate
from void_studio.quadmask import fill_of, read_quadmask
from void_studio.versions import read_version

FIRST = 1001
LAYERED = ImageKind(
    ".exr",
    "half",
    ("R", "G", "B", "A", "Z"),
    {"compression": "zip", "artist": "someone"},
    formats=("half",) * 4 + ("float",),
)
DPX = ImageKind(".dpx", "uint16", attributes={"oiio:BitsPerSample": 10})


def pictures(folder: Path) -> list[np.ndarray]:
    """R'G'B' of the moving plate, 0..1."""
    movie = moving_plate(folder / "moving.mkv", pixel_format="gbrp12le")
    with open_plate(movie) as reader:
        return [reader.read(number).rgb() / 65535 for number in reader.ref.available_range]


@pytest.fixture(scope="module")
def exr(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exr")
    for index, picture in enumerate(pictures(folder)):
        image = np.ones((*EXTENT.shape, 5), np.float32)
        image[..., :3] = (picture**2.2 * 1.5).astype(np.float16)
        image[..., 4] = index + np.arange(EXTENT.width)
        write_image(folder / f"plate.{FIRST + index}.exr", LAYERED.spec(EXTENT), image)
    return folder / "plate.####.exr"


@pytest.fixture(scope="module")
def dpx(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dpx")
    for index, picture in enumerate(pictures(folder)):
        codes = np.rint(picture * 1023).astype(np.uint16)
        image = codes << 6 | codes >> 4
        write_image(folder / f"plate.{FIRST + index}.dpx", DPX.spec(EXTENT), image)
    return folder / "plate.####.dpx"


@pytest.fixture(scope="module")
def quadmask(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return square_quadmask(tmp_path_factory.mktemp("quadmask") / "square.mkv")


def far_from_fill(quadmask: Path, index: int, reach: int = 5) -> np.ndarray:
    rows, columns = np.nonzero(fill_of(read_quadmask(quadmask).frames.values(index)))
    far = np.ones(EXTENT.shape, np.bool_)
    far[rows.min() - reach : rows.max() + reach + 1, columns.min() - reach :][
        :, : columns.max() - columns.min() + 2 * reach + 1
    ] = False
    return far


def differences(plate: Path, copy: Path, quadmask: Path) -> tuple[int, int]:
    """Samples that differ far from the fill in any channel, and colour samples elsewhere."""
    far_total = near_total = 0
    for index in range(FRAMES):
        names = [
            path.with_name(path.name.replace("####", str(FIRST + index))) for path in (plate, copy)
        ]
        before, after = (stored(name)[1] for name in names)
        differs = before.view(f"u{before.itemsize}") != after.view(f"u{after.itemsize}")
        far = far_from_fill(quadmask, index)
        far_total += int(np.count_nonzero(differs[far]))
        near_total += int(np.count_nonzero(differs[~far][:, :3]))
        assert not differs[..., 3:].any()
        assert attributes(names[1]) == attributes(names[0])
    return far_total, near_total


def test_probe_tells_the_facts_of_a_sequence(exr: Path) -> None:
    facts = checked("probe", "probe", exr, "--rate", "24000/1001")
    assert (facts["frames"], facts["start_frame"], facts["rate"]) == (FRAMES, FIRST, "24000/1001")
    assert (facts["codec"], facts["container"]) == ("exr", "sequence")
    assert facts["pixel_format"] == "rgbaf16le"
    assert "scene-linear" in facts["colour"]["assumed"][0]


def test_a_rate_that_nothing_tells_is_asked_for(exr: Path) -> None:
    answer = studio("probe", exr)
    assert answer.code == 3
    assert "--rate 24" in answer.err


def test_a_missing_frame_is_named(tmp_path: Path) -> None:
    for number in (1, 2, 4):
        kind = ImageKind(".png", "uint8")
        write_image(tmp_path / f"a.{number:04d}.png", kind.spec(EXTENT), kind.noise(EXTENT, 1))
    answer = studio("probe", tmp_path, "--rate", "24")
    assert answer.code == 3
    assert "missing: 3" in answer.err


def test_a_frame_of_a_sequence_is_written_by_index(exr: Path, tmp_path: Path) -> None:
    words = ("--index", 2, "--rate", "24", "--out", tmp_path / "a.png")
    assert checked("frame", "frame", exr.parent, *words)["frame"] == FIRST + 2


def test_a_filled_exr_sequence_equals_the_plate_outside(
    exr: Path, quadmask: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.####.exr"
    facts = checked(
        *("fill", "fill", exr, "--quadmask", quadmask, "--out", out, "--rate", "24"),
    )
    assert (facts["kind"], facts["bit_exact"], facts["frames"]) == ("master", True, FRAMES)
    assert facts["outside_samples_changed"] == 0
    far, near = differences(exr, out, quadmask)
    assert far == 0
    assert near > 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "out.####.exr.certificate.json",
        *(f"out.{FIRST + index}.exr" for index in range(FRAMES)),
    ]


def test_a_filled_dpx_sequence_equals_the_plate_outside(
    dpx: Path, quadmask: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.%04d.dpx"
    checked(
        "fill",
        "fill",
        dpx.parent / f"plate.{FIRST}.dpx",
        "--quadmask",
        quadmask,
        "--out",
        out,
        "--rate",
        "24",
    )
    far, near = differences(dpx, tmp_path / "out.####.dpx", quadmask)
    assert (far, near > 0) == (0, True)


def test_a_sequence_is_delivered_as_a_movie(exr: Path, quadmask: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.mov"
    facts = checked("fill", "fill", exr, "--quadmask", quadmask, "--out", out, "--rate", "24")
    assert (facts["kind"], facts["bit_exact"]) == ("prores_4444", False)
    ref = probe_plate(out)
    assert (ref.available_range.duration, ref.rate, ref.extent) == (FRAMES, 24, EXTENT)


@pytest.mark.parametrize("name", ["out.mkv", "out.####.dpx", "out.exr"])
def test_a_master_of_another_kind_is_refused(
    exr: Path, quadmask: Path, tmp_path: Path, name: str
) -> None:
    answer = studio(
        *("fill", exr, "--quadmask", quadmask, "--out", tmp_path / name, "--rate", "24")
    )
    assert answer.code == 2
    assert list(tmp_path.iterdir()) == []


def test_files_that_are_there_are_not_overwritten(exr: Path, quadmask: Path) -> None:
    answer = studio("fill", exr, "--quadmask", quadmask, "--out", exr, "--rate", "24")
    assert answer.code in (2, 6)


def sequence_cut(plate: Path, *, available: FrameRange, source: FrameRange) -> dict[str, Any]:
    """A timeline of one use of a sequence, whose media is numbered from `available` on."""

    def span(frames: FrameRange) -> dict[str, Any]:
        times = {
            key: {"OTIO_SCHEMA": "RationalTime.1", "rate": 24.0, "value": float(value)}
            for key, value in (("start_time", frames.start), ("duration", frames.duration))
        }
        return {"OTIO_SCHEMA": "TimeRange.1", **times}

    reference = {
        "OTIO_SCHEMA": "ImageSequenceReference.1",
        "metadata": {},
        "name": "",
        "available_range": span(available),
        "available_image_bounds": None,
        "target_url_base": str(plate.parent),
        "name_prefix": "plate.",
        "name_suffix": plate.suffix,
        "start_frame": FIRST,
        "frame_step": 1,
        "rate": 24.0,
        "frame_zero_padding": 4,
        "missing_frame_policy": "error",
    }
    clip = {
        "OTIO_SCHEMA": "Clip.2",
        "metadata": {},
        "name": "sh010",
        "source_range": span(source),
        "effects": [],
        "markers": [],
        "enabled": True,
        "media_references": {"DEFAULT_MEDIA": reference},
        "active_media_reference_key": "DEFAULT_MEDIA",
    }
    parts = {"metadata": {}, "source_range": None, "effects": [], "markers": [], "enabled": True}
    track = {
        "OTIO_SCHEMA": "Track.1",
        **parts,
        "name": "V1",
        "children": [clip],
        "kind": "Video",
    }
    stack = {"OTIO_SCHEMA": "Stack.1", **parts, "name": "", "children": [track]}
    return {
        "OTIO_SCHEMA": "Timeline.1",
        "metadata": {},
        "name": "cut",
        "global_start_time": None,
        "tracks": stack,
    }


@pytest.mark.parametrize("start", [FIRST, 0, 86400])
def test_a_shot_of_a_sequence_becomes_a_version_in_the_cut(
    exr: Path, quadmask: Path, tmp_path: Path, start: int
) -> None:
    timeline = tmp_path / "cut.otio"
    value = sequence_cut(
        exr, available=FrameRange(start, FRAMES), source=FrameRange(start + 2, FRAMES - 4)
    )
    timeline.write_text(json.dumps(value, indent=4))
    shot = checked("shots", "shots", timeline)["shots"][0]
    assert (shot["media_kind"], shot["online"], shot["refusal"]) == ("sequence", True, None)
    assert shot["plate"] == str(exr.with_name(f"plate.[{FIRST}-{FIRST + FRAMES - 1}].exr"))
    assert shot["work_range"]["first"] == start

    rendered = checked(
        *("render", "render", timeline, "--shot", shot["id"], "--quadmask", quadmask),
        *("--versions", tmp_path / "versions"),
    )["versions"][0]
    version = read_version(Path(rendered["folder"]))
    assert version.certificate.ok
    assert version.recipe.request.work_range == FrameRange(FIRST, FRAMES)
    assert differences(exr, version.master, quadmask)[0] == 0
    facts = checked("certify", "certify", version.folder, "--plate", exr)
    assert facts["ok"]

    out = tmp_path / "canonical.otio"
    told = checked(
        *("conform", "conform", timeline, "--version", version.folder, "--out", out),
    )
    assert any("image sequence" in loss for loss in told["losses"])
    assert next(iter(version.deliveries.values())).name in out.read_text()
    back = tmp_path / "back.otio"
    checked("revert", "revert", out, "--out", back)
    assert back.read_bytes() == timeline.read_bytes()

    host = tmp_path / "resolve.otio"
    checked(
        *("conform", "conform", timeline, "--version", version.folder, "--out", host),
        *("--profile", "resolve"),
    )
    clip = json.loads(host.read_text())["tracks"]["children"][0]["children"][0]
    (reference,) = clip["media_references"].values()
    assert reference["OTIO_SCHEMA"] == "ExternalReference.1"
    assert reference["available_range"]["start_time"]["value"] == 0
    assert clip["source_range"]["start_time"]["value"] == 2


def test_a_replay_of_a_sequence_version_gives_the_same_master(
    exr: Path, quadmask: Path, tmp_path: Path
) -> None:
    timeline = tmp_path / "cut.otio"
    whole = FrameRange(FIRST, FRAMES)
    timeline.write_text(json.dumps(sequence_cut(exr, available=whole, source=whole)))
    shot = checked("shots", "shots", timeline)["shots"][0]["id"]
    rendered = checked(
        *("render", "render", timeline, "--shot", shot, "--quadmask", quadmask),
        *("--versions", tmp_path / "versions"),
    )["versions"][0]
    assert checked("replay", "replay", rendered["folder"])["identical"]


def test_a_sequence_that_lacks_files_of_its_range_is_listed_with_the_reason(
    exr: Path, tmp_path: Path
) -> None:
    timeline = tmp_path / "cut.otio"
    longer = FrameRange(FIRST, FRAMES + 3)
    timeline.write_text(json.dumps(sequence_cut(exr, available=longer, source=longer)))
    shot = checked("shots", "shots", timeline)["shots"][0]
    assert f"missing: {FIRST + FRAMES}-{FIRST + FRAMES + 2}" in shot["refusal"]


def test_a_quadmask_is_checked_against_a_sequence_without_a_rate(exr: Path, quadmask: Path) -> None:
    assert checked("quadmask_check", "quadmask", "check", quadmask, "--plate", exr)["ok"]


def test_a_project_links_a_shot_to_a_sequence(exr: Path, tmp_path: Path) -> None:
    timeline, project = tmp_path / "cut.otio", tmp_path / "show.void"
    whole = FrameRange(FIRST, FRAMES)
    timeline.write_text(json.dumps(sequence_cut(exr, available=whole, source=whole)))
    checked("project", "project", "new", project, "--timeline", timeline)
    shot = checked("shots", "shots", timeline)["shots"][0]["id"]
    facts = checked("project", "project", "relink", project, "--plate", f"{shot}={exr}")
    assert facts["shots"][0]["plate"] == str(exr)
    missing = exr.with_name("other.####.exr")
    answer = studio("project", "relink", project, "--plate", f"{shot}={missing}")
    assert answer.code == 4
    assert "how many digits" in answer.err
