"""Signs that a packet is damaged, beyond those that a decoder reports by itself."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from av.packet import Packet
    from av.video.stream import VideoStream

__all__ = ["ErrorWitness", "detection_of", "is_damaged"]

_DETECT = "crccheck+bitstream+buffer"
_STRICT = ("mjpeg",)
_GLANCE_BYTES = 64
_SIZE_BYTES, _CHECKSUM_BYTES = 3, 5
_REVERSED = bytes(int(f"{value:08b}"[::-1], 2) for value in range(256))
_CONCEALING = ("h264", "hevc")
_RAW_RGB = ("rawvideo", "r210", "r10k", "avrp")
_HARMLESS = ("mmco: ", "co located POCs unavailable")


def detection_of(codec: str) -> dict[str, str]:
    """Decoder options that make damage show.

    Stopping at the first oddity is asked only of JPEG, which hides errors otherwise; elsewhere it
    finds no more damage and refuses sound movies with odd messages in them.
    """
    return {"err_detect": f"{_DETECT}+explode" if codec in _STRICT else _DETECT}


class ErrorWitness:
    """Tells whether FFmpeg logged an error, for decoders that hide damage.

    The H.264 decoder paints over broken macroblocks, raises nothing and does not flag the frame;
    its log is the only witness. FFmpeg's log is one per process: with several readers in several
    threads a rise is a reason to look again, not yet a proof.
    """

    def __init__(self, codec: str) -> None:
        self._watching = codec in _CONCEALING
        self._count = 0
        self.saw_error()

    def saw_error(self) -> bool:
        """Whether an error that means damage was logged since the last call."""
        if not self._watching:
            return False
        import av

        count, last = av.logging.get_last_error()
        rose = count != self._count
        self._count = count
        return rose and last is not None and not last[2].startswith(_HARMLESS)


def is_damaged(packet: Packet[VideoStream]) -> bool:
    """Whether a packet is marked as damaged, was wiped, or fails the checksums that it carries."""
    context = packet.stream.codec_context
    if packet.is_corrupt or (context.name not in _RAW_RGB and _is_wiped(memoryview(packet))):
        return True
    has_slices = context.name == "ffv1" and bool(context.extradata)
    return has_slices and not _ffv1_slices_hold(bytes(packet))


def _is_wiped(data: memoryview) -> bool:
    """Whether every byte is 0, as lost blocks of a disk read; only black in raw RGB is so."""
    return not any(data[:_GLANCE_BYTES]) and bytes(data).count(0) == len(data)


def _ffv1_slices_hold(data: bytes) -> bool:
    """Whether the slices fill the packet and, where they carry checksums, none fails.

    FFV1 version 3 (RFC 9043, 4.8): every slice ends in its size, 3 bytes, followed in streams with
    error detection by a status byte and a CRC over the whole slice.
    """
    slices = _ffv1_slices(data, _SIZE_BYTES + _CHECKSUM_BYTES)
    if slices is not None and all(_ffv1_checksum(piece) == 0 for piece in slices):
        return True
    return _ffv1_slices(data, _SIZE_BYTES) is not None


def _ffv1_slices(data: bytes, trailer_bytes: int) -> list[bytes] | None:
    """The slices with their trailers, last first; None when they do not fill `data`."""
    slices = []
    end = len(data)
    while end > 0:
        size_at = end - trailer_bytes
        if size_at < 0:
            return None
        start = size_at - int.from_bytes(data[size_at : size_at + _SIZE_BYTES], "big")
        if start < 0:
            return None
        slices.append(data[start:end])
        end = start
    return slices


def _ffv1_checksum(piece: bytes) -> int:
    """Remainder of CRC-32 with polynomial 0x04C11DB7, start 0; 0 for an intact slice.

    zlib has the same polynomial with bits reversed and inverted, so bits are reversed on the way
    in and the inversions taken back; a remainder of 0 is the same either way round.
    """
    return zlib.crc32(piece.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
