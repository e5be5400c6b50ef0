"""Certificates: nothing outside differs, and what was tampered with is named."""

import ast
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import void_studio.versions
from tests.unit.version_parts import (
    SMALL,
    WORK_FRAMES,
    WORK_OFFSET,
    noise_plate,
    poked,
    published,
    rewritten,
    with_recipe,
)
from void_studio.core import BadInput, Cancelled, Extent, FrameRange, NotPresent
from void_studio.media import UNTAGGED, ColourTags
from void_studio.versions import certify, file_fact, read_certificate

TAGS = ColourTags(primaries=1, transfer=1, matrix=1, range=1)
FIRST = 86400 + WORK_OFFSET


@pytest.fixture
def plate(tmp_path):
    return noise_plate(tmp_path / "plate.mkv", "yuv420p10le", SMALL, tags=TAGS)


@pytest.fixture
def version(tmp_path, plate):
    return published(tmp_path / "versions", plate)


@pytest.mark.parametrize("extent", [Extent(64, 48), Extent(63, 47)], ids=["even", "odd"])
@pytest.mark.parametrize(
    "pixel_format",
    [
        "yuv420p",
        "yuv420p10le",
        "yuv422p",
        "yuv422p10le",
        "yuv444p",
        "yuv444p10le",
        "yuv411p",
        "yuva444p10le",
        "gbrp10le",
        "bgr0",
        "gray",
    ],
)
def test_a_version_of_any_format_differs_from_its_plate_inside_the_support_only(
    tmp_path, pixel_format, extent
):
    plate = noise_plate(tmp_path / "plate.mkv", pixel_format, extent)
    certificate = published(tmp_path / "versions", plate).certificate
    assert certificate.ok, certificate.problems
    assert certificate.frames == WORK_FRAMES
    assert certificate.outside_samples_changed == 0
    assert set(dict(certificate.per_plane).values()) == {0}
    assert certificate.greatest_difference_inside > 50
    assert 0 < certificate.support_samples < certificate.luma_samples
    assert certificate == certify(next(tmp_path.glob("versions/*/v001")), plate)


@pytest.mark.parametrize("codec", ["png", "rawvideo"])
def test_packed_rgb_is_compared_component_by_component(tmp_path, codec):
    plate = noise_plate(tmp_path / "plate.mov", "rgb24", SMALL, codec=codec)
    certificate = published(tmp_path / "versions", plate).certificate
    assert certificate.ok, certificate.problems
    assert [name for name, _ in certificate.per_plane] == ["B", "G", "R"]


def test_a_plate_without_timecode_is_certified_by_its_frame_numbers(tmp_path):
    plate = noise_plate(tmp_path / "plate.mkv", "yuv420p", SMALL, timecode=None)
    assert published(tmp_path / "versions", plate).certificate.ok


@pytest.mark.parametrize(
    ("plane", "name", "x", "y"),
    [(0, "Y", 2, 0), (0, "Y", 63, 47), (1, "U", 31, 0), (2, "V", 0, 23), (0, "Y", 18, 13)],
)
def test_one_changed_sample_is_named_by_frame_plane_and_position(version, plate, plane, name, x, y):
    rewritten(version, lambda at, frame, _: poked(frame, plane, y, x) if at in (2, 3) else frame)
    certificate = certify(version.folder, plate)
    assert not certificate.ok
    assert not certificate.problems
    assert certificate.outside_samples_changed == 2
    assert dict(certificate.per_plane)[name] == 2
    first = certificate.first_difference
    assert (first.frame, first.plane, first.x, first.y) == (FIRST + 2, name, x, y)
    assert abs(first.plate - first.version) == 1
    assert f"frame {FIRST + 2}, plane {name}, x {x}, y {y}" in certificate.summary


def test_a_change_inside_the_support_is_allowed(version, plate):
    rewritten(version, lambda _at, frame, _: poked(frame, 0, 15, 25))
    assert certify(version.folder, plate).ok


def test_a_sample_of_the_plates_alpha_may_change_nowhere(tmp_path):
    plate = noise_plate(tmp_path / "plate.mkv", "yuva444p10le", SMALL)
    version = published(tmp_path / "versions", plate)
    rewritten(version, lambda _at, frame, _: poked(frame, 3, 15, 25))
    certificate = certify(version.folder, plate)
    assert certificate.outside_samples_changed == WORK_FRAMES
    assert certificate.first_difference.plane == "A"


def test_swapped_frames_are_found(version, plate):
    order = [0, 2, 1, 3]
    rewritten(version, lambda at, _frame, frames: frames[order[at]])
    certificate = certify(version.folder, plate)
    assert not certificate.ok
    assert certificate.first_difference.frame == FIRST + 1


def test_a_missing_frame_is_found(version, plate):
    rewritten(version, lambda at, frame, _: frame if at < WORK_FRAMES - 1 else None)
    certificate = certify(version.folder, plate)
    assert not certificate.ok
    assert f"master has frames {WORK_FRAMES - 1}, {WORK_FRAMES} expected" in certificate.problems
    assert certificate.frames == WORK_FRAMES - 1


def test_an_edited_tag_is_found(version, plate):
    rewritten(version, lambda _at, frame, _: frame, tags=replace(TAGS, transfer=16))
    certificate = certify(version.folder, plate)
    assert certificate.problems == ("master has colour transfer 16, 1 expected",)


def test_a_master_changed_after_publishing_is_not_the_one_in_the_recipe(version, plate):
    version.master.chmod(0o644)
    data = bytearray(version.master.read_bytes())
    data[len(data) // 2] ^= 0xFF
    version.master.write_bytes(bytes(data))
    certificate = certify(version.folder, plate)
    assert not certificate.ok
    assert "not the file that the recipe names" in certificate.problems[0]


@pytest.mark.parametrize("kept", [0.0, 0.01, 0.5, 0.95])
def test_a_truncated_master_is_a_finding_and_not_a_crash(version, plate, kept):
    version.master.chmod(0o644)
    data = version.master.read_bytes()
    version.master.write_bytes(data[: int(len(data) * kept)])
    certificate = certify(version.folder, plate)
    assert not certificate.ok
    assert len(certificate.problems) >= 2 or certificate.outside_samples_changed


def test_a_support_that_was_widened_is_found_by_its_digest(version, plate):
    def all_touched(_at, frame, _frames):
        return replace(frame, planes=(np.full_like(frame.planes[0], 255),))

    recipe = version.recipe
    rewritten(version, all_touched, what="support")
    with_recipe(version, recipe)
    certificate = certify(version.folder, plate)
    assert not certificate.ok
    assert certificate.problems[0].startswith("support ")


def test_a_forged_support_shows_in_the_share_that_may_change(version, plate):
    def all_touched(_at, frame, _frames):
        return replace(frame, planes=(np.full_like(frame.planes[0], 255),))

    rewritten(version, all_touched, what="support")
    certificate = certify(version.folder, plate)
    assert certificate.support_samples == certificate.luma_samples
    assert certificate != read_certificate(version.folder)


def test_another_plate_is_found(tmp_path, version):
    other = noise_plate(tmp_path / "other.mkv", "yuv420p10le", Extent(32, 48), tags=TAGS)
    certificate = certify(version.folder, other)
    assert "master has size 64x48, 32x48 expected" in certificate.problems


def test_a_plate_that_lacks_the_frames_is_refused(tmp_path, version):
    other = noise_plate(tmp_path / "other.mkv", "yuv420p10le", SMALL, timecode="02:00:00:00")
    with pytest.raises(BadInput, match="the version is of"):
        certify(version.folder, other)


def test_a_missing_file_or_plate_is_told(tmp_path, version, plate):
    with pytest.raises(NotPresent):
        certify(version.folder, tmp_path / "gone.mov")
    with pytest.raises(NotPresent):
        certify(tmp_path / "gone", plate)
    version.support.unlink()
    with pytest.raises(NotPresent):
        certify(version.folder, plate)


def test_certifying_tells_its_progress_and_stops_when_asked(version, plate):
    heard = []
    certify(version.folder, plate, on_progress=lambda done, total: heard.append((done, total)))
    assert heard == [(at + 1, WORK_FRAMES) for at in range(WORK_FRAMES)]
    with pytest.raises(Cancelled):
        certify(version.folder, plate, cancelled=lambda: True)


@pytest.mark.parametrize("tags", [UNTAGGED, TAGS], ids=["untagged", "tagged"])
@pytest.mark.parametrize("pixel_format", ["yuv422p", "yuv422p10le"])
def test_a_bit_exact_delivery_passes_the_same_check_as_the_master(tmp_path, pixel_format, tags):
    plate = noise_plate(tmp_path / "plate.mkv", pixel_format, SMALL, tags=tags)
    version = published(tmp_path / "versions", plate, deliveries=("v210",))
    (check,) = version.certificate.deliveries
    assert (check.kind, check.bit_exact, check.outside_samples_changed) == ("v210", True, 0)
    assert version.certificate.ok


def test_a_delivery_that_only_claims_to_be_bit_exact_is_found(tmp_path):
    plate = noise_plate(tmp_path / "plate.mkv", "yuv422p10le", SMALL)
    version = published(tmp_path / "versions", plate, deliveries=("prores_422_hq",))
    assert version.certificate.ok
    assert version.certificate.deliveries[0].outside_samples_changed is None
    assert version.certificate.value()["deliveries"][0]["note"] == "lossy outside too"
    (copy,) = version.recipe.deliveries
    with_recipe(version, replace(version.recipe, deliveries=(replace(copy, bit_exact=True),)))
    certificate = certify(version.folder, plate)
    assert not certificate.ok
    assert certificate.deliveries[0].outside_samples_changed > 0
    assert certificate.deliveries[0].first_difference.frame == FIRST
    assert certificate.outside_samples_changed == 0


def test_a_lossy_delivery_of_the_wrong_length_is_found(tmp_path):
    plate = noise_plate(tmp_path / "plate.mkv", "yuv420p", SMALL)
    version = published(tmp_path / "versions", plate, deliveries=("prores_422_hq",))
    request = version.recipe.request
    shorter = FrameRange(request.work_range.start, WORK_FRAMES - 1)
    with_recipe(version, replace(version.recipe, request=replace(request, work_range=shorter)))
    problems = certify(version.folder, plate).problems
    name = "delivery prores_422_hq"
    assert f"{name} has frames {WORK_FRAMES}, {WORK_FRAMES - 1} expected" in problems


def test_a_damaged_delivery_is_found_by_its_digest(tmp_path):
    plate = noise_plate(tmp_path / "plate.mkv", "yuv420p", SMALL)
    version = published(tmp_path / "versions", plate, deliveries=("prores_422_hq",))
    path = version.deliveries["prores_422_hq"]
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b"x")
    assert file_fact(path).digest != version.recipe.deliveries[0].file.digest
    assert not certify(version.folder, plate).ok


def test_the_checker_shares_no_code_with_the_composite():
    folder = Path(void_studio.versions.__file__).parent
    for name in ("certify", "outside", "conformity", "feed", "support_file", "certificate"):
        tree = ast.parse((folder / f"{name}.py").read_text())
        imported = {
            node.module
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module
        }
        assert not any(module.startswith("void_studio.finish") for module in imported), name
