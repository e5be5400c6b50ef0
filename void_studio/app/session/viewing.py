"""What the viewer looks at: pictures of the open shot, and of what it is compared with."""

from __future__ import annotations

from collections.abc import Callable

from psygnal import Signal

from void_studio.app.session.compare import OtherSide, side_of_version
from void_studio.app.session.display import (
    DisplayTransform,
    OcioViews,
    PlainDisplay,
    ocio_config,
)
from void_studio.app.session.frames import FrameServer
from void_studio.app.session.pictures import default_cache_bytes
from void_studio.app.session.proxies import ProxyFolder
from void_studio.app.session.session import Session
from void_studio.app.session.shot import OpenShot
from void_studio.app.session.tasks import Task, TaskContext
from void_studio.core import FrameRange
from void_studio.versions import Version

__all__ = ["Viewing"]

_AHEAD, _BEHIND = 36, 12


class Viewing:
    """Follows the session: one FrameServer for the plate, another for the other side.

    Pictures are asked for as `view.frame` moves. `frames_changed` tells that `frames` or `other`
    is another server, or none. `result_of` gives the name and the take or version that an id in
    `view.compare_with` means, None when there is none. `displays` are the views of the
    OpenColorIO configuration in use, by name; `displays_changed` tells that they are known. Of the
    session's thread.
    """

    frames_changed = Signal()
    displays_changed = Signal()

    def __init__(self, session: Session, *, cap_bytes: int | None = None) -> None:
        self.session = session
        self.frames: FrameServer | None = None
        self.other: FrameServer | None = None
        self.other_side: OtherSide | None = None
        self.result_of: Callable[[str], tuple[str, Version] | None] = _nothing
        self._cap_bytes = cap_bytes or default_cache_bytes()
        self._finding: Task[OtherSide] | None = None
        self._views: OcioViews | None = None
        self._display: DisplayTransform = PlainDisplay()
        self._look_for_displays()
        session.shot_changed.connect(self._follow_shot)
        session.view.changed.connect(self._follow_view)
        if session.shot is not None:
            self._follow_shot(session.shot)

    def close(self) -> None:
        """Let go of threads and pictures. Idempotent."""
        self.session.shot_changed.disconnect(self._follow_shot, missing_ok=True)
        self.session.view.changed.disconnect(self._follow_view, missing_ok=True)
        self._drop_all()

    def join(self, timeout_s: float | None = None) -> None:
        """Close, and wait for the threads to end."""
        servers = [server for server in (self.frames, self.other) if server is not None]
        self.close()
        for server in servers:
            server.join(timeout_s)

    def show_other(self, side: OtherSide | None) -> None:
        """Compare with this movie; with None there is nothing to compare with."""
        if self.other is not None:
            self.other.close()
        self.other, self.other_side = None, side
        if side is not None:
            self.other = FrameServer(
                side.plate, post=self.session.post, cap_bytes=self._cap_bytes // 2, shift=side.shift
            )
            self.other.set_display(self._display)
            self._ask(full=True)
        self.frames_changed.emit()

    def in_out(self) -> FrameRange:
        """From in to out; all of the document without them, empty without a shot."""
        shot = self.session.shot
        return self.session.view.in_out(shot.document.range) if shot else FrameRange(0, 0)

    @property
    def displays(self) -> tuple[str, ...]:
        """Views to choose from, none without a configuration; the plain one is not among them."""
        return self._views.names if self._views else ()

    def _look_for_displays(self) -> None:
        config = ocio_config()
        if config is None:
            return

        def done(views: OcioViews) -> None:
            self._views = views
            self.displays_changed.emit()

        self.session.tasks.start(
            "read the OpenColorIO config", lambda _: OcioViews(config), done=done
        )

    def _choose_display(self) -> None:
        name, views, shot = self.session.view.display, self._views, self.session.shot
        if views is None or shot is None or name not in views.names:
            self._show_through(PlainDisplay())
            return
        plate = shot.plate.location
        self.session.tasks.start(
            f"show through {name}", lambda _: views.view(name, plate), done=self._show_through
        )

    def _show_through(self, display: DisplayTransform) -> None:
        self._display = display
        for server in (self.frames, self.other):
            if server is not None:
                server.set_display(display)

    def _follow_shot(self, shot: OpenShot | None) -> None:
        self._drop_all()
        if shot is not None:
            self.frames = FrameServer(
                shot.plate,
                post=self.session.post,
                cap_bytes=self._cap_bytes,
                proxies=ProxyFolder(self.session.places.proxies),
                span=shot.document.range.intersect(shot.plate.available_range),
            )
            self.frames.set_display(self._display)
            if self.session.view.frame in shot.document.range:
                self._ask(full=True)
        self.frames_changed.emit()

    def _follow_view(self, field: str) -> None:
        if field in {"frame", "playing", "compare"}:
            self._ask(full=False)
        elif field == "compare_with":
            self._look_for_other()
        elif field == "display":
            self._choose_display()

    def _ask(self, *, full: bool) -> None:
        view, shot = self.session.view, self.session.shot
        if shot is None:
            return
        for server in (self.frames, self.other):
            if server is not None:
                server.request(view.frame, full=full)
                server.prefetch(self._wanted(view.frame, shot.document.range))

    def _wanted(self, frame: int, whole: FrameRange) -> list[int]:
        """What is likely to be looked at next, three quarters of it ahead, most likely first."""
        sign = -1 if self.session.view.speed < 0 else 1
        steps = sorted(
            [*range(1, _AHEAD + 1), *(-3 * step for step in range(1, _BEHIND + 1))], key=abs
        )
        near = [frame + sign * (step if step > 0 else step // 3) for step in steps]
        return [number for number in near if number in whole]

    def _look_for_other(self) -> None:
        if self._finding is not None:
            self._finding.cancel()
        wanted = self.session.view.compare_with
        found = self.result_of(wanted) if wanted else None
        if found is None:
            self.show_other(None)
            return
        name, version = found

        def work(_: TaskContext) -> OtherSide:
            return side_of_version(version, label=name)

        def done(side: OtherSide) -> None:
            if self.session.view.compare_with == wanted:
                self.show_other(side)

        self._finding = self.session.tasks.start(f"open {name}", work, done=done)

    def _drop_all(self) -> None:
        for server in (self.frames, self.other):
            if server is not None:
                server.close()
        self.frames, self.other, self.other_side = None, None, None


def _nothing(_: str) -> None:
    """There is nothing to compare with."""
