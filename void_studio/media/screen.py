"""Frames as 8-bit pictures for a screen. Only to look at: nothing here feeds a render."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from void_studio.core import Extent
from void_studio.media.frame import Frame
from void_studio.media.layout import layout_of

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

__all__ = ["ScreenPicture", "av_frame", "picture_planes", "screen_picture"]

ScreenPicture = npt.NDArray[np.uint8]
_OPAQUE = 255
_FULL, _LIMITED = 2, 1
_BT601_IN_SWS, _BT601 = 5, 6
_MATRICES = (1, _BT601, 9)
_SCALED_BY_FFMPEG = ("4:2:0", "4:2:2", "4:4:4", "rgb")
_PROXY = layout_of("yuv420p")


def screen_picture(frame: Frame) -> ScreenPicture:
    """B, G, R and 255 of every pixel: uint8 (height, width, 4), contiguous, owned by the caller.

    Within two levels of `Frame.rgb() / 257`; alpha is left out.
    """
    layout = frame.layout
    if layout.is_float or layout.is_grey or layout.subsampling not in _SCALED_BY_FFMPEG:
        return _by_numbers(frame)
    if not layout.is_rgb and frame.colour.matrix not in _MATRICES:
        return _by_numbers(frame)
    return _by_ffmpeg(frame)


def _by_numbers(frame: Frame) -> ScreenPicture:
    rgb = frame.rgb()
    picture = np.empty((*rgb.shape[:2], 4), np.uint8)
    eight = (rgb.astype(np.uint32) + 128) // 257
    picture[..., :3] = eight[..., ::-1]
    picture[..., 3] = _OPAQUE
    return picture


def _by_ffmpeg(frame: Frame) -> ScreenPicture:
    from av.video.reformatter import Interpolation, VideoReformatter

    layout = frame.layout
    flags = Interpolation.BILINEAR | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT
    full = layout.is_rgb or frame.colour.full_range
    matrix = frame.colour.matrix
    shown = VideoReformatter().reformat(
        av_frame(frame),
        format="bgr0",
        src_colorspace=_BT601_IN_SWS if matrix == _BT601 else matrix,
        src_color_range=_FULL if full else _LIMITED,
        dst_color_range=_FULL,
        interpolation=flags,
    )
    return _bgrx(shown)


def _bgrx(shown: VideoFrame) -> ScreenPicture:
    plane = shown.planes[0]
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    picture = rows[: shown.height, : 4 * shown.width].reshape(shown.height, shown.width, 4).copy()
    picture[..., 3] = _OPAQUE
    return picture


def av_frame(frame: Frame) -> VideoFrame:
    """The same samples as FFmpeg holds them; colour tags are left to the caller."""
    import av

    made = av.VideoFrame(frame.extent.width, frame.extent.height, frame.layout.pixel_format)
    for plane, samples in zip(made.planes, frame.planes, strict=True):
        rows = samples.reshape(samples.shape[0], -1)
        stored = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
        stored[: len(rows), : rows.shape[1] * rows.itemsize] = np.ascontiguousarray(rows).view("u1")
    return made


def picture_planes(picture: ScreenPicture, extent: Extent) -> tuple[npt.NDArray[np.uint8], ...]:
    """A screen picture shrunk to even `extent` as yuv420p planes, BT.709 limited range."""
    import av
    import cv2
    from av.video.reformatter import Interpolation, VideoReformatter

    size = (extent.width, extent.height)
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    source = av.VideoFrame.from_ndarray(np.ascontiguousarray(small, np.uint8), format="bgra")
    made = VideoReformatter().reformat(
        source,
        format=_PROXY.pixel_format,
        dst_colorspace=1,
        src_color_range=_FULL,
        dst_color_range=_LIMITED,
        interpolation=Interpolation.AREA | Interpolation.ACCURATE_RND,
    )
    shapes = [plane.shape(extent) for plane in _PROXY.planes]
    return tuple(
        np.frombuffer(memoryview(plane), np.uint8)
        .reshape(-1, plane.line_size)[: shape[0], : shape[1]]
        .copy()
        for plane, shape in zip(made.planes, shapes, strict=True)
    )
