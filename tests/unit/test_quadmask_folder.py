from fractions import Fraction

import cv2
import numpy as np
import pytest

from void_studio.core import BadInput, Extent, Refused
from void_studio.quadmask import Quadmask, read_matte, read_quadmask, write_quadmask_folder

EXTENT = Extent(33, 21)
STORED = np.array([0, 63, 127, 255], np.uint8)


def quadmask(frames=3, start=1009):
    random = np.random.default_rng(frames)
    values = STORED[random.integers(0, 4, (frames, *EXTENT.shape))]
    return Quadmask.of(start, EXTENT, values)


@pytest.fixture
def folder(tmp_path):
    write_quadmask_folder(tmp_path / "quadmask", quadmask())
    return tmp_path / "quadmask"


def test_a_written_folder_is_read_back_with_its_start(folder):
    file = read_quadmask(folder, extent=EXTENT)
    assert file.frames.digest == quadmask().digest
    assert file.start == 1009
    assert sorted(path.name for path in folder.iterdir()) == [
        "frame.1009.png",
        "frame.1010.png",
        "frame.1011.png",
        "frames.json",
    ]


def test_the_rate_of_a_folder_is_kept_in_its_sidecar(tmp_path):
    write_quadmask_folder(tmp_path / "q", quadmask(), rate=Fraction(30000, 1001))
    assert read_quadmask(tmp_path / "q").rate == Fraction(30000, 1001)


def test_numbers_are_sorted_as_numbers_and_do_not_place_the_quadmask(tmp_path):
    frames = quadmask(12, 0)
    for frame in frames.range:
        cv2.imwrite(str(tmp_path / f"mask_{frame}.PNG"), frames.values(frame))
    (tmp_path / "notes.txt").write_text("not a frame")
    (tmp_path / "._mask_0.png").write_bytes(b"left by another system")
    file = read_quadmask(tmp_path)
    assert file.frames.digest == frames.digest
    assert file.start is None


def test_a_gap_in_the_numbers_is_refused(folder):
    (folder / "frame.1010.png").unlink()
    with pytest.raises(BadInput, match="frame 1010 is missing"):
        read_quadmask(folder)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("other.1012.png", "several sequences"),
        ("frame.01010.png", "1010 is there twice"),
        ("frame.png", "without a number"),
    ],
)
def test_files_that_do_not_make_one_sequence_are_refused(folder, name, told):
    (folder / name).write_bytes((folder / "frame.1009.png").read_bytes())
    with pytest.raises(BadInput, match=told):
        read_quadmask(folder)


def test_a_folder_without_frames_is_refused(tmp_path):
    with pytest.raises(BadInput, match="0 PNG frames"):
        read_quadmask(tmp_path)


def test_a_frame_of_another_size_is_refused(folder):
    cv2.imwrite(str(folder / "frame.1012.png"), np.zeros((8, 9), np.uint8))
    with pytest.raises(BadInput, match="9x8 of 8 bits, not 33x21"):
        read_quadmask(folder)


def test_a_png_cut_off_anywhere_or_with_a_wrong_byte_is_refused_without_noise(folder, capfd):
    path = folder / "frame.1010.png"
    whole = path.read_bytes()
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        with pytest.raises(BadInput):
            read_quadmask(folder)
    for at in range(0, len(whole), 7):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 5]) + whole[at + 1 :])
        with pytest.raises(BadInput):
            read_quadmask(folder)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_the_first_channel_of_colour_counts_in_both_depths(tmp_path, channels, kind):
    values = quadmask(1).values(1009)
    picture = np.full((*EXTENT.shape, channels), 99, kind)
    picture[..., 2] = values.astype(kind) * (257 if kind is np.uint16 else 1)
    cv2.imwrite(str(tmp_path / "m1.png"), picture)
    file = read_quadmask(tmp_path)
    assert np.array_equal(file.frames.values(0), values)
    assert file.frames.off_values == 0


def test_one_bit_pngs_are_mattes(tmp_path):
    matte = np.random.default_rng(5).random(EXTENT.shape) < 0.5
    picture = matte.astype(np.uint8) * 255
    cv2.imwrite(str(tmp_path / "m1.png"), picture, [cv2.IMWRITE_PNG_BILEVEL, 1])
    assert np.array_equal(read_matte(tmp_path).matte(0), matte)


def test_a_folder_is_never_written_over(folder):
    with pytest.raises(Refused, match="there already"):
        write_quadmask_folder(folder, quadmask())


def test_when_writing_fails_nothing_is_left(tmp_path):
    with pytest.raises(BadInput, match="numbered"):
        write_quadmask_folder(tmp_path / "q", quadmask(3, -2))
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Refused):
        write_quadmask_folder(tmp_path / "file" / "q", quadmask())
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
