"""v210 packets, packed by us: FFmpeg's encoder clips codes to 4..1019, which is not bit-exact.

Layout: TN2162 (Uncompressed Y'CbCr Video in QuickTime Files): 6 pixels in four little-endian
32-bit words of three 10-bit samples, lines padded to 48 pixels.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from av.packet import Packet
from av.video.stream import VideoStream

from void_studio.media.frame import Frame
from void_studio.media.writer import Moment

__all__ = ["pack_v210", "v210_packets"]

_LINE_PIXELS = 48


def pack_v210(frame: Frame) -> npt.NDArray[np.uint32]:
    """Words of a yuv422p10le frame of even width: (height, words per line), little-endian."""
    luma, blue, red = frame.planes
    height, width = luma.shape
    padded = -(-width // _LINE_PIXELS) * _LINE_PIXELS
    samples = np.zeros((height, padded * 2), np.uint32)
    samples[:, 0 : 2 * width : 4] = blue
    samples[:, 1 : 2 * width : 2] = luma
    samples[:, 2 : 2 * width : 4] = red
    words: npt.NDArray[np.uint32] = np.left_shift(samples[:, 2::3], 10, dtype=np.uint32)
    words |= samples[:, 1::3]
    words <<= 10
    words |= samples[:, 0::3]
    return words.astype("<u4", copy=False)


def v210_packets(stream: VideoStream, frame: Frame, moment: Moment) -> list[Packet[Any]]:
    """The one packet of a frame."""
    packet: Packet[Any] = Packet(pack_v210(frame).tobytes())
    packet.stream = stream
    packet.pts = packet.dts = moment.at
    packet.duration = moment.duration
    packet.time_base = moment.tick
    packet.is_keyframe = True
    return [packet]
