"""Where every frame of a movie is: presentation times, decode order and places to start from.

Built by reading packets without decoding them. A container's own frame count is not used: it is
wrong under an edit list and absent from Matroska. Frame N is the N-th in presentation order.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from void_studio.core import BadInput

if TYPE_CHECKING:
    from av.packet import Packet
    from av.video.stream import VideoStream

__all__ = ["MAX_PACKETS", "FrameIndex", "IndexedPacket", "Key", "index_of", "packets_of"]

MAX_PACKETS = 1_000_000


@dataclass(frozen=True, slots=True)
class IndexedPacket:
    """What the index needs of a packet, times in the stream's time base.

    `hidden` packets are needed to decode others but lie outside the edit list.
    """

    pts: int | None
    dts: int | None
    is_key: bool
    hidden: bool


@dataclass(frozen=True, slots=True)
class Key:
    """A packet that decoding can start from; `position` counts packets in decode order."""

    pts: int
    dts: int | None
    position: int


@dataclass(frozen=True, slots=True, eq=False)
class FrameIndex:
    """Presentation order against decode order.

    `pts` has one strictly rising int64 per frame, in `time_base`; `positions` the place of the
    frame's packet in decode order. `keys` are in
    presentation order. Where `seekable` is false the times
    in the file do not identify frames: they are numbered as they come out of the decoder, and
    there is one key, the beginning.
    """

    pts: npt.NDArray[np.int64]
    positions: npt.NDArray[np.int64]
    keys: tuple[Key, ...]
    time_base: Fraction
    packets: int
    seekable: bool

    def __len__(self) -> int:
        return len(self.pts)

    def number_of(self, pts: int | None) -> int | None:
        """The number of the frame shown at `pts`, None when there is none."""
        if pts is None:
            return None
        number = int(np.searchsorted(self.pts, pts))
        return number if number < len(self.pts) and int(self.pts[number]) == pts else None

    def key_for(self, number: int, *, further_back: int = 0) -> Key:
        """The last key from which frame `number` can be decoded, or one some keys before it.

        A key shown after the frame does not do, even if decoded before it: the frames in between
        (of an open group of pictures) refer to what was before the key.
        """
        at = bisect_right(self.keys, int(self.pts[number]), key=lambda key: key.pts) - 1
        return self.keys[max(0, at - further_back)]

    def is_hurt(self, number: int, damage: Sequence[int], *, further_back: int = 0) -> bool:
        """Whether frame `number` may depend on one of the damaged packets at these positions."""
        start = self.key_for(number, further_back=further_back).position
        end = int(self.positions[number])
        return any(start <= position <= end for position in damage)


def index_of(packets: Sequence[IndexedPacket], time_base: Fraction) -> FrameIndex | None:
    """The index that the packets alone give; None when their times do not identify frames."""
    shown = [(packet.pts, at) for at, packet in enumerate(packets) if not packet.hidden]
    times = [pts for pts, _ in shown if pts is not None]
    keys = keys_of(packets)
    if len(times) != len(shown) or len(set(times)) != len(times) or not keys:
        return None
    order = np.array(shown, np.int64).reshape(-1, 2)
    order = order[np.argsort(order[:, 0])]
    return FrameIndex(order[:, 0], order[:, 1], keys, time_base, len(packets), seekable=True)


def keys_of(packets: Sequence[IndexedPacket]) -> tuple[Key, ...]:
    """The packets that decoding can start from, in presentation order."""
    keys = (
        Key(packet.pts, packet.dts, at)
        for at, packet in enumerate(packets)
        if packet.is_key and packet.pts is not None
    )
    return tuple(sorted(keys, key=lambda key: key.pts))


def packets_of(packets: Iterable[Packet[VideoStream]], path: Path) -> list[IndexedPacket]:
    """What the index needs of every packet. Raises BadInput beyond MAX_PACKETS."""
    found: list[IndexedPacket] = []
    for packet in packets:
        if packet.size == 0:
            continue
        if len(found) == MAX_PACKETS:
            raise BadInput(f"more than {MAX_PACKETS} frames", where=path, hint="cut it in parts")
        found.append(IndexedPacket(packet.pts, packet.dts, packet.is_keyframe, packet.is_discard))
    return found
