"""The background thread that makes a plate's proxy, and the folder that keeps proxies."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from void_studio.core import FrameRange, StudioError, digest_bytes
from void_studio.media import PROXY_SUFFIX, PlateRef, open_proxy_writer, reopen_plate
from void_studio.media import screen_picture as picture_of
from void_studio.versions import fingerprint_of

__all__ = ["ProxyFolder", "ProxyMaker"]

_FORM = "1"
_YIELD_S = 0.004


@dataclass(frozen=True, slots=True)
class ProxyFolder:
    """Where proxies lie; they take at most `cap_bytes`, the longest unused deleted first."""

    path: Path
    cap_bytes: int = 4 << 30

    def proxy(self, plate: PlateRef, frames: FrameRange) -> Path:
        """The proxy of these frames of a plate with this content, wherever the plate lies.

        Reads the plate's first and last MiB. Raises NotPresent or BadInput.
        """
        found = fingerprint_of(plate.location)
        key = f"{_FORM} {found.size_bytes} {found.ends} {frames.start} {len(frames)}"
        return self.path / f"{digest_bytes(key.encode())[:32]}{PROXY_SUFFIX}"

    def make_room(self, keep: Path) -> int:
        """Delete the longest unused proxies beyond the cap, `keep` left alone; how many."""
        found = sorted(
            (path for path in self.path.glob(f"*{PROXY_SUFFIX}") if path != keep),
            key=_modified_ns,
            reverse=True,
        )
        kept_bytes, deleted = _size_bytes(keep), 0
        for path in found:
            kept_bytes += _size_bytes(path)
            if kept_bytes > self.cap_bytes:
                with suppress(OSError):
                    path.unlink()
                    deleted += 1
        return deleted


def _size_bytes(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _modified_ns(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


class ProxyMaker:
    """Makes one proxy while nobody waits for a frame; all callbacks come on its own thread.

    `made` is given the path when the proxy is there, at once when it was before; `told` is given
    how many frames are done. When the plate can not be read to its end there is no proxy, and
    `made` is given None. `busy` tells that a person waits: then nothing is done.
    """

    def __init__(
        self,
        plate: PlateRef,
        frames: FrameRange,
        folder: ProxyFolder,
        *,
        made: Callable[[Path | None], None],
        told: Callable[[int], None],
        busy: Callable[[], bool],
    ) -> None:
        self._plate = plate
        self._frames = frames
        self._folder = folder
        self._made = made
        self._told = told
        self._busy = busy
        self._cancelled = threading.Event()
        self._thread = threading.Thread(target=self._run, name="void-proxy-maker")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def cancel(self) -> None:
        """Stop after the frame in work and leave nothing behind. Idempotent."""
        self._cancelled.set()

    def join(self, timeout_s: float | None = None) -> None:
        """Wait for the thread to end."""
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def _run(self) -> None:
        try:
            path = self._folder.proxy(self._plate, self._frames)
            if not path.exists() and not self._written(path):
                return
            with suppress(OSError):
                path.touch()
            self._folder.make_room(path)
        except (StudioError, OSError):
            path = None
        self._made(path)

    def _written(self, path: Path) -> bool:
        """False when it was cancelled."""
        reader = reopen_plate(self._plate, sequential=True)
        try:
            with open_proxy_writer(path, self._plate, self._frames) as writer:
                for done, number in enumerate(self._frames, 1):
                    if not self._may_go_on():
                        return False
                    writer.write(picture_of(reader.read(number)))
                    self._told(done)
                writer.finish()
        finally:
            reader.close()
        return True

    def _may_go_on(self) -> bool:
        while self._busy() and not self._cancelled.is_set():
            time.sleep(_YIELD_S)
        return not self._cancelled.is_set()
