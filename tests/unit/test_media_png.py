"""Still pictures."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from void_studio.media import encode_jpeg, write_png


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("shape", [(5, 7), (5, 7, 3)])
def test_a_png_holds_the_same_numbers(
    tmp_path: Path, dtype: type[np.generic], shape: tuple[int, ...]
) -> None:
    top = np.iinfo(dtype).max
    picture = np.random.default_rng(0).integers(0, top + 1, shape).astype(dtype)
    write_png(tmp_path / "p.png", picture)
    stored = cv2.imread(str(tmp_path / "p.png"), cv2.IMREAD_UNCHANGED)
    assert stored.dtype == dtype
    assert np.array_equal(stored if len(shape) == 2 else stored[..., ::-1], picture)
    assert [path.name for path in tmp_path.iterdir()] == ["p.png"]


def test_a_jpeg_is_close_and_its_red_is_red() -> None:
    picture = np.zeros((32, 32, 3), np.uint8)
    picture[..., 0] = 220
    data = encode_jpeg(picture, 95)
    assert data.startswith(b"\xff\xd8")
    blue, green, red = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)[16, 16]
    assert red > 200
    assert max(blue, green) < 20


@pytest.mark.parametrize(
    "picture", [np.zeros((4, 4), np.float32), np.zeros((0, 4), np.uint8), np.zeros(4, np.uint8)]
)
def test_what_is_no_picture_is_refused(tmp_path: Path, picture: np.ndarray) -> None:
    with pytest.raises(ValueError, match="picture"):
        write_png(tmp_path / "p.png", picture)
    assert not list(tmp_path.iterdir())
