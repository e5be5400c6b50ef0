"""VOID's folder protocol: what goes out comes back exactly, what does not fit is refused."""

import json
import shutil
from pathlib import Path

import av
import jsonschema
import numpy as np
import pytest

from tests.e2e.conftest import FIRST_FRAME, FRAMES, SOURCE, Cut
from tests.e2e.plates import EXTENT, moving_plate, square_quadmask
from tests.e2e.studio import SCHEMAS, checked, studio
from tests.media.images import ImageKind, write_image
from void_studio.media import component_planes, open_plate, probe_plate
from void_studio.quadmask import read_quadmask
from void_studio.timeline import read_timeline


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as VOID's scripts read one."""
    plate = moving_plate(tmp_path / "plate.mkv")
    quadmask = square_quadmask(tmp_path / "square.mkv")
    out = tmp_path / "sample"
    words = ("export-folder", plate, "--quadmask", quadmask, "--out", out)
    checked("export_folder", *words, "--prompt", "An empty wall.")
    return out


@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuv422p10le", "yuv444p", "rgb24"])
def test_a_plate_goes_out_sample_for_sample(tmp_path: Path, pixel_format: str) -> None:
    codec = "libx264rgb" if pixel_format == "rgb24" else "ffv1"
    plate = moving_plate(tmp_path / "plate.mkv", pixel_format=pixel_format, codec=codec)
    assert probe_plate(plate).layout.is_rgb == (pixel_format == "rgb24")
    quadmask = square_quadmask(tmp_path / "square.mkv")
    out = tmp_path / "out"
    words = ("export-folder", plate, "--quadmask", quadmask, "--out", out)
    assert checked("export_folder", *words)["exact"]
    with open_plate(plate) as before, open_plate(out / "input_video.mp4") as after:
        assert before.ref.rate == after.ref.rate
        for number in before.ref.available_range:
            pairs = zip(
                component_planes(before.read(number)),
                component_planes(after.read(number)),
                strict=True,
            )
            assert all(np.array_equal(a, b) for a, b in pairs)


def test_what_h264_can_not_hold_goes_out_as_rgb_and_says_so(tmp_path: Path) -> None:
    plate = moving_plate(tmp_path / "plate.mkv", pixel_format="gbrp12le")
    quadmask = square_quadmask(tmp_path / "square.mkv")
    out = tmp_path / "out"
    words = ("export-folder", plate, "--quadmask", quadmask, "--out", out)
    assert not checked("export_folder", *words)["exact"]
    with open_plate(plate) as before, open_plate(out / "input_video.mp4") as after:
        apart = before.read(3).rgb() / 257.0 - after.read(3).rgb() / 257.0
    assert np.abs(apart).max() <= 0.501


def test_a_sequence_goes_out_at_the_rate_that_is_given(tmp_path: Path) -> None:
    picture = np.full((*EXTENT.shape, 3), 700 << 6 | 700 >> 4, np.uint16)
    kind = ImageKind(".dpx", "uint16", attributes={"oiio:BitsPerSample": 10})
    for number in range(1001, 1009):
        write_image(tmp_path / f"plate.{number}.dpx", kind.spec(EXTENT), picture)
    quadmask = square_quadmask(tmp_path / "square.mkv")
    words = ("export-folder", tmp_path / "plate.####.dpx", "--quadmask", quadmask)
    facts = checked("export_folder", *words, "--out", tmp_path / "out", "--rate", "24000/1001")
    assert (facts["start"], facts["frames"], facts["exact"]) == (1001, 8, False)
    movie = probe_plate(tmp_path / "out" / "input_video.mp4")
    assert (str(movie.rate), len(movie.available_range)) == ("24000/1001", 8)


def test_any_reader_finds_the_four_numbers(folder: Path) -> None:
    with av.open(str(folder / "quadmask_0.mp4")) as container:
        pictures = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    found = {int(value) for picture in pictures for value in np.unique(picture[..., 0])}
    assert found == {63, 127, 255}
    read = read_quadmask(folder / "quadmask_0.mp4").frames
    assert read.off_values == 0
    for index, picture in enumerate(pictures):
        assert np.array_equal(picture[..., 0], read.values(index))


def test_a_folder_comes_back_as_the_quadmask_it_was_made_of(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "again.mkv"
    facts = checked("import_folder", "import-folder", folder, "--out", out)
    assert (facts["prompt"], facts["frames"], facts["start"]) == ("An empty wall.", 8, 0)
    original = read_quadmask(tmp_path / "square.mkv").frames
    assert read_quadmask(out).frames.digest == original.digest


def test_a_shot_goes_out_with_the_number_of_its_first_frame(cut: Cut, tmp_path: Path) -> None:
    out = tmp_path / "shot"
    words = ("export-folder", cut.timeline, "--shot", cut.shot, "--quadmask", cut.quadmask)
    facts = checked("export_folder", *words, "--out", out, "--handles", 1)
    assert (facts["start"], facts["frames"]) == (SOURCE.start - 1, len(SOURCE) + 2)
    assert json.loads((out / "frames.json").read_text()) == {"start": SOURCE.start - 1}
    back = tmp_path / "back.mkv"
    assert checked("import_folder", "import-folder", out, "--out", back)["start"] == facts["start"]
    whole = read_quadmask(cut.quadmask).frames.renumbered(FIRST_FRAME)
    assert len(whole.range) == FRAMES
    again = read_quadmask(back)
    assert again.start == facts["start"]
    part = whole.over(SOURCE.widened(1, 1))
    assert again.frames.digest == part.digest
    with open_plate(cut.plate) as plate, open_plate(out / "input_video.mp4") as movie:
        first = movie.read(movie.ref.available_range.start).planes[0]
        assert np.array_equal(first, plate.read(SOURCE.start - 1).planes[0])


def test_a_folder_becomes_a_ready_project(folder: Path, tmp_path: Path) -> None:
    project = tmp_path / "show" / "sample.void"
    facts = checked("import_folder", "import-folder", folder, "--project", project)
    shots = checked("project", "project", "info", project)["shots"]
    assert [shot["quadmask"] for shot in shots] == [True]
    (shot,) = read_timeline(Path(facts["timeline"])).shots
    assert shot.refusal is None
    exported = checked("project_export", "project", "export", project, "--out", tmp_path / "x")
    mattes = [Path(name) for name in exported["written"] if name.endswith(".mkv")]
    original = read_quadmask(tmp_path / "square.mkv").frames
    assert [read_quadmask(path).frames.digest for path in mattes] == [original.digest]
    words = ("render", facts["timeline"], "--shot", shot.id, "--quadmask", facts["out"])
    answer = studio(*words, "--project", project, "--json")
    assert answer.code == 0, answer.err
    assert answer.value["versions"][0]["frames"] == 8


def test_a_folder_is_filled_at_once(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "filled.mkv"
    facts = checked("import_folder", "import-folder", folder, "--fill", "--out", out)
    schema = json.loads((SCHEMAS / "fill.json").read_text())
    jsonschema.validate(facts["filled"], schema)
    assert facts["filled"]["frames"] == 8
    assert probe_plate(out).extent == EXTENT
    recipe = json.loads(Path(facts["filled"]["certificate"]).read_text())["recipe"]
    assert recipe["request"]["job"]["prompt"] == "An empty wall."


def test_the_real_clips_are_imported_exactly(shared_data: Path, tmp_path: Path) -> None:
    out = tmp_path / "clock.mkv"
    source = shared_data / "clips" / "BigBen"
    facts = checked("import_folder", "import-folder", source, "--out", out)
    assert (facts["frames"], facts["off_values"]) == (50, 0)
    assert facts["prompt"].startswith("a video of buildings")
    wanted = read_quadmask(source / "trimask_quadmask.mp4").frames
    assert read_quadmask(out).frames.digest == wanted.digest
    again = tmp_path / "again"
    words = ("export-folder", source / "input_video.mp4", "--quadmask", out, "--out", again)
    assert checked("export_folder", *words)["exact"]
    back = read_quadmask(again / "quadmask_0.mp4").frames
    assert back.digest == wanted.digest


def refused(code: int, *words: object, saying: str) -> None:
    answer = studio(*words)
    assert answer.code == code, answer.err
    (line,) = [line for line in answer.err.splitlines() if line.startswith("void-studio:")]
    assert saying in line


def test_folders_that_do_not_fit_together_are_refused(folder: Path, tmp_path: Path) -> None:
    refused(4, "import-folder", tmp_path / "none", saying="no such folder")
    (tmp_path / "empty").mkdir()
    refused(4, "import-folder", tmp_path / "empty", saying="quadmask_0.mp4")
    short = tmp_path / "short"
    shutil.copytree(folder, short)
    refused_quadmask = square_quadmask(tmp_path / "seven.mkv", frames=7)
    shutil.copy(refused_quadmask, short / "quadmask_0.mp4")
    refused(3, "import-folder", short, saying="7 frames")
    for text in ("[1]", "{", '{"bg": 5}', '{"foreground": "a"}'):
        (folder / "prompt.json").write_text(text)
        refused(3, "import-folder", folder, saying="prompt.json")


def test_other_quadmasks_and_a_missing_prompt_are_named(folder: Path) -> None:
    shutil.copy(folder / "quadmask_0.mp4", folder / "quadmask_1.mp4")
    (folder / "prompt.json").unlink()
    notes = checked("import_folder", "import-folder", folder)["notes"]
    assert any("quadmask_1.mp4" in note for note in notes)
    assert any("prompt is empty" in note for note in notes)


def test_nothing_is_written_over(folder: Path, tmp_path: Path) -> None:
    plate, quadmask = tmp_path / "plate.mkv", tmp_path / "square.mkv"
    words = ("export-folder", plate, "--quadmask", quadmask, "--out", folder)
    refused(6, *words, saying="already")
    project = tmp_path / "a.void"
    project.with_suffix(".otio").write_text("mine")
    refused(6, "import-folder", folder, "--project", project, saying="a.otio")
    assert project.with_suffix(".otio").read_text() == "mine"
    refused(2, "import-folder", folder, "--fill", saying="--out")
    video = folder / "input_video.mp4"
    refused(2, "import-folder", folder, "--fill", "--out", video, saying=".mp4")
