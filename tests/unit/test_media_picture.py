import numpy as np
import pytest

from void_studio.core import BadInput
from void_studio.media import decode_picture, encode_jpeg


def test_a_preview_comes_back_as_bgr_and_an_opaque_byte() -> None:
    pixels = decode_picture(encode_jpeg(np.full((9, 20, 3), (250, 10, 10), np.uint8), 95))
    assert pixels.shape == (9, 20, 4)
    assert pixels[4, 4, 2] > 240
    assert pixels[4, 4, 0] < 20
    assert (pixels[..., 3] == 255).all()


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(BadInput):
        decode_picture(encode_jpeg(np.zeros((2100, 2100, 3), np.uint8), 10))


@pytest.mark.parametrize(
    "data", [b"", b"GIF89a", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n" + bytes(40)]
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput):
        decode_picture(data)
