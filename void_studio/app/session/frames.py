"""Pictures of one plate, decoded off the session's thread, the last used kept in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from psygnal import Signal

from void_studio.app.session.decoding import DecodeLane, Failure, Lane
from void_studio.app.session.display import DisplayTransform, PlainDisplay
from void_studio.app.session.pictures import FrameCache, Picture
from void_studio.app.session.posting import Post
from void_studio.app.session.proxies import ProxyFolder, ProxyMaker
from void_studio.core import FrameRange
from void_studio.media import Frame, PlateReader, PlateRef, open_plate, reopen_plate, screen_picture

__all__ = ["FrameServer", "ProxyState"]

_REST_S = 0.12


@dataclass(frozen=True, slots=True)
class ProxyState:
    """How far the proxy is: `done` of `total` frames; `ready` once it is used."""

    done: int = 0
    total: int = 0
    ready: bool = False


class FrameServer:
    """Pictures by frame, in the plate's numbering; of the session's thread, which it never blocks.

    Ask for a frame with `request`; `arrived` follows with a proxy's picture, when there is one,
    and then with the exact one, or `failed` with the frame and a line for people. Only the newest
    request counts: older ones that were not begun are dropped. `cache_changed` tells that `cached`
    did, `proxy_changed` that `proxy` did. `span` are the frames that a proxy is made of, and
    `shift` is added to a frame to find the one of `plate`: a version may be numbered otherwise
    than its shot. Without `proxies` there are none.
    """

    arrived = Signal(Picture)
    failed = Signal(int, str)
    cache_changed = Signal()
    proxy_changed = Signal()

    def __init__(
        self,
        plate: PlateRef,
        *,
        post: Post,
        cap_bytes: int,
        proxies: ProxyFolder | None = None,
        span: FrameRange | None = None,
        shift: int = 0,
        open_reader: Callable[[], PlateReader] | None = None,
    ) -> None:
        self.plate = plate
        self.proxy = ProxyState()
        self._post = post
        self._shift = shift
        self._cache = FrameCache(cap_bytes)
        self._display: DisplayTransform = PlainDisplay()
        self._generation = 0
        self._ticket = 0
        self._wanted: int | None = None
        self._ahead: tuple[int, ...] = ()
        self._closed = False
        opened = open_reader or (lambda: reopen_plate(plate))
        self._exact = self._lane(opened, exact=True)
        self._small: DecodeLane | None = None
        self._span = span or plate.available_range
        self._maker = self._proxy_maker(proxies) if proxies else None
        if self._maker:
            self._maker.start()

    @property
    def cached(self) -> frozenset[int]:
        """Frames of which a picture is in memory, proxies counted."""
        return self._cache.frames

    @property
    def size_bytes(self) -> int:
        """What the pictures in memory take."""
        return self._cache.size_bytes

    @property
    def cap_bytes(self) -> int:
        """What they may take."""
        return self._cache.cap_bytes

    @property
    def display(self) -> DisplayTransform:
        """How pictures are brought to the screen."""
        return self._display

    def picture(self, frame: int) -> Picture | None:
        """The picture of a frame when it is in memory, the exact one rather than the proxy's."""
        return self._cache.get(frame)

    def request(self, frame: int, *, full: bool = False) -> int:
        """Have the exact picture of a frame made; returns the request's number.

        With `full` it is made at once. Otherwise, where a proxy can be shown meanwhile, only once
        nothing else was asked for a moment: stepping and scrubbing stay quick. A frame that the
        plate does not have is ignored.
        """
        self._ticket += 1
        if not self._has(frame):
            return self._ticket
        self._wanted = frame
        if self._cache.is_exact(frame):
            self._exact.forget()
            return self._ticket
        has_proxy = self._small is not None and frame in self._span
        if has_proxy and self._small is not None and frame not in self._cache.frames:
            self._small.ask(frame)
        self._exact.ask(frame, rest_s=_REST_S if has_proxy and not full else 0.0)
        return self._ticket

    def prefetch(self, frames: Iterable[int]) -> None:
        """Decode these when nothing is asked for, most wanted first, as far as memory goes."""
        self._ahead = tuple(frames)
        room = max(1, self._cache.cap_bytes // self._frame_bytes()) - 1
        needed = [
            frame
            for frame in self._ahead[:room]
            if self._has(frame) and not self._cache.is_exact(frame)
        ]
        self._exact.ahead(needed)

    def set_display(self, display: DisplayTransform) -> None:
        """Show everything another way: what is in memory is dropped and made again."""
        self._display = display
        self._generation += 1
        self._cache.clear()
        self.cache_changed.emit()
        if self._wanted is not None:
            self.request(self._wanted, full=True)
        self.prefetch(self._ahead)

    def close(self) -> None:
        """Stop; nothing arrives any more. Does not wait for the threads. Idempotent."""
        self._closed = True
        if self._maker:
            self._maker.cancel()
        for lane in (self._exact, self._small):
            if lane is not None:
                lane.close()
        self._cache.clear()

    def join(self, timeout_s: float | None = None) -> None:
        """Wait for the threads to end after `close`."""
        if self._maker:
            self._maker.join(timeout_s)
        for lane in (self._exact, self._small):
            if lane is not None:
                lane.join(timeout_s)

    def _has(self, frame: int) -> bool:
        return frame + self._shift in self.plate.available_range

    def _frame_bytes(self) -> int:
        area = self.plate.extent.width * self.plate.extent.height
        return area * 5

    def _lane(self, open_reader: Callable[[], PlateReader], *, exact: bool) -> DecodeLane:
        def deliver(number: int, frame: Frame) -> None:
            generation = self._generation
            picture = self._made(frame, number, exact=exact)
            self._post(lambda: self._take(picture, generation))

        def fail(failure: Failure) -> None:
            self._post(lambda: self._tell_failure(failure, exact=exact))

        offset = self._shift if exact else -self._span.start
        name = "void-frames" if exact else "void-proxy-frames"
        return DecodeLane(Lane(open_reader, offset, deliver, fail), name=name)

    def _made(self, frame: Frame, number: int, *, exact: bool) -> Picture:
        import cv2

        rgb = self._display.apply(screen_picture(frame))
        size = (max(1, rgb.shape[1] // 2), max(1, rgb.shape[0] // 2))
        half = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
        scale = self.plate.extent.width / rgb.shape[1]
        return Picture(number, rgb, half.astype(rgb.dtype, copy=False), scale, exact)

    def _take(self, picture: Picture, generation: int) -> None:
        if self._closed or generation != self._generation:
            return
        if self._cache.put(picture):
            self.arrived.emit(picture)
            self.cache_changed.emit()

    def _tell_failure(self, failure: Failure, *, exact: bool) -> None:
        if not self._closed and exact:
            self.failed.emit(failure.frame, failure.text)

    def _proxy_maker(self, folder: ProxyFolder) -> ProxyMaker:
        total = len(self._span)
        self.proxy = ProxyState(0, total)
        return ProxyMaker(
            self.plate,
            self._span,
            folder,
            made=lambda path: self._post(lambda: self._use_proxy(path)),
            told=lambda done: self._post(lambda: self._told(done)),
            busy=lambda: self._exact.is_urgent,
        )

    def _told(self, done: int) -> None:
        if not self._closed:
            self.proxy = ProxyState(done, len(self._span))
            self.proxy_changed.emit()

    def _use_proxy(self, path: Path | None) -> None:
        if self._closed:
            return
        if path is None:
            self.proxy = ProxyState()
        else:
            self._small = self._lane(lambda: open_plate(path), exact=False)
            self._small.ahead([self._span.start])  # opens the file before it is needed
            self.proxy = ProxyState(len(self._span), len(self._span), ready=True)
        self.proxy_changed.emit()
