"""Figures pooled over frames, labelled panels, folders that appear whole."""

from pathlib import Path

import numpy as np
import pytest

from void_studio.app.appearing import appearing_folder
from void_studio.app.panels import PanelGrid
from void_studio.app.tally import PictureTally, around
from void_studio.core import Extent, Rect, Refused

SHAPE = (40, 60)


def grey(value: int) -> "np.ndarray":
    return np.full((*SHAPE, 3), value, np.uint16)


def hole(rows: slice, columns: slice) -> "np.ndarray":
    found = np.zeros(SHAPE, np.bool_)
    found[rows, columns] = True
    return found


def test_psnr_is_pooled_over_pixels_and_not_averaged_over_frames() -> None:
    tally = PictureTally()
    tally.add(grey(1000), grey(1000), hole(slice(0, 10), slice(0, 10)))
    tally.add(grey(1000), grey(1000 + 655), hole(slice(0, 30), slice(0, 10)))
    expected = 10 * np.log10(65535**2 / (655**2 * 3 / 4))
    assert tally.psnr_db == pytest.approx(expected)
    assert tally.greatest == 655


def test_only_the_hole_counts() -> None:
    tally = PictureTally()
    other = grey(5)
    other[20:] = 60000
    tally.add(grey(5), other, hole(slice(0, 10), slice(0, 60)), similarity=False)
    assert tally.psnr_db == float("inf")
    assert (tally.greatest, tally.ssim) == (0, 0.0)


def test_a_box_around_a_hole_ends_at_the_picture() -> None:
    assert around(hole(slice(5, 6), slice(50, 51))) == Rect.of(18, 0, 60, 38)


def test_panels_show_each_picture_in_its_own_cell() -> None:
    grid = PanelGrid(["one", "two", "three"], Extent(60, 40), columns=2)
    picture = grid.compose([grey(value) for value in (0, 30000, 65535)])
    assert picture.shape == (*grid.extent.shape, 3)
    assert grid.extent.width % 2 == grid.extent.height % 2 == 0
    cells = [picture[52, 38], picture[52, 38 + 68], picture[52 + 72, 38]]
    assert [int(cell[0]) for cell in cells] == [0, 30000 >> 8, 255]


def test_labels_are_written_above_their_cells() -> None:
    blank = PanelGrid([""], Extent(200, 20), columns=1).compose([grey(0)])
    named = PanelGrid(["plate"], Extent(200, 20), columns=1).compose([grey(0)])
    rows = np.nonzero((blank != named).any(axis=(1, 2)))[0]
    assert rows.size
    assert rows.max() < 32


def test_a_folder_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    with appearing_folder(out) as staged:
        (staged / "a").write_text("a")
        assert not out.exists()
    assert (out / "a").read_text() == "a"
    with pytest.raises(Refused, match="already"), appearing_folder(out):
        pass
    with pytest.raises(FileNotFoundError), appearing_folder(tmp_path / "other") as staged:
        (staged / "a").read_text()
    assert [path.name for path in tmp_path.iterdir()] == ["deep"]


def test_a_folder_in_the_place_of_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Refused, match="can not write"), appearing_folder(tmp_path / "file" / "x"):
        pass
