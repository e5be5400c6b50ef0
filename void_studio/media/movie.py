"""Reading any frame of a movie, always the exact one."""

from __future__ import annotations

from collections import OrderedDict
from types import TracebackType
from typing import TYPE_CHECKING, Self

from void_studio.core import BadInput
from void_studio.media.colour import colour_of
from void_studio.media.frame import Frame
from void_studio.media.index import FrameIndex
from void_studio.media.plate import PlateRef
from void_studio.media.read_decoder import MovieDecoder, Threads
from void_studio.media.read_planes import planes_of

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

__all__ = ["MoviePlateReader"]

_KEPT = 4
_NEAR = 3
_FURTHER_BACK = (0, 1, 4)


class MoviePlateReader:
    """A PlateReader over a movie file; keeps the last few frames and no more."""

    def __init__(self, ref: PlateRef, index: FrameIndex, *, sequential: bool) -> None:
        self._ref = ref
        self._index = index
        self._colour = colour_of(ref.colour, ref.layout, ref.extent, ref.rate)
        self._kept: OrderedDict[int, Frame] = OrderedDict()
        threads: Threads = "AUTO" if sequential else "SLICE"
        self._decoder = MovieDecoder(ref.location, index, threads=threads)

    @property
    def ref(self) -> PlateRef:
        """The facts of the plate."""
        return self._ref

    @property
    def jumps(self) -> int:
        """How often decoding was started at a key; 1 after reading straight through."""
        return self._decoder.starts

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the file. Idempotent."""
        self._kept.clear()
        self._decoder.close()

    def read(self, frame: int) -> Frame:
        """The frame with this number in the plate's numbering.

        Raises IndexError outside `ref.available_range`, BadInput when it, or a frame that it is
        predicted from, is damaged.
        """
        if frame not in self._ref.available_range:
            raise IndexError(f"frame {frame} is not in {self._ref.available_range}")
        number = frame - self._ref.available_range.start
        found = self._kept.get(number) or self._going_on(number) or self._starting_anew(number)
        if found is None:
            raise BadInput(
                f"frame {frame} is damaged, or one that it is predicted from",
                where=self._ref.location,
                hint="copy or export the movie again",
            )
        return found

    def _going_on(self, number: int) -> Frame | None:
        """Decode on from where the decoder is, when that is the shortest way."""
        reached = self._decoder.reached
        if not 0 <= reached < number:
            return None
        is_near = number - reached <= _NEAR
        if is_near or self._index.key_for(number).pts <= int(self._index.pts[reached]):
            return self._decoded_to(number, further_back=0)
        return None

    def _starting_anew(self, number: int) -> Frame | None:
        """Decode from the key before the frame.

        When the frame does not come out whole, earlier keys are tried: some streams call a place a
        key from which the picture is built up over many frames.
        """
        for further_back in _FURTHER_BACK:
            key = self._index.key_for(number, further_back=further_back)
            self._decoder.start(key, threads=self._decoder.threads)
            found = self._decoded_to(number, further_back=further_back)
            if found is None and self._decoder.threads == "AUTO" and self._decoder.damage:
                self._decoder.start(key, threads="SLICE")
                found = self._decoded_to(number, further_back=further_back)
            if found is not None or key == self._index.keys[0]:
                return found
        return None

    def _decoded_to(self, number: int, *, further_back: int) -> Frame | None:
        """Frame `number` from the running pass; None when it does not come out, or not whole."""
        while (item := self._decoder.next()) is not None:
            at, decoded = item
            damage = self._decoder.damage
            if damage and self._decoder.threads == "AUTO":
                return None
            is_hurt = self._index.is_hurt(at, damage, further_back=further_back)
            if at > number - _KEPT and not is_hurt:
                self._keep(at, decoded)
            if at >= number:
                break
        return self._kept.get(number)

    def _keep(self, number: int, decoded: VideoFrame) -> None:
        self._kept[number] = self._frame(number, decoded)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)

    def _frame(self, number: int, decoded: VideoFrame) -> Frame:
        ref = self._ref
        frame = ref.available_range.start + number
        try:
            planes = planes_of(decoded, ref.layout, ref.extent)
        except BadInput as error:
            what = f"frame {frame}: {error.what}"
            raise BadInput(what, where=ref.location, hint=error.hint) from error
        pts = int(self._index.pts[number])
        return Frame(frame, ref.extent, ref.layout, self._colour, planes, pts)
