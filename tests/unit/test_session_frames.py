import os
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.guard import guarded
from tests.media.movies import numbered_movie
from tests.pictures import number_in
from void_studio.app.session import (
    FrameCache,
    FrameServer,
    Picture,
    PlainDisplay,
    Posted,
    ProxyFolder,
)
from void_studio.core import Extent, FrameRange
from void_studio.media import PlateRef, ScreenPicture, probe_plate

FRAMES = 24


@pytest.fixture(scope="module")
def plate(tmp_path_factory: pytest.TempPathFactory) -> PlateRef:
    path = tmp_path_factory.mktemp("plate") / "plate.mov"
    numbered_movie(path, frames=FRAMES, extent=Extent(128, 96), gop=12, timecode="00:00:10:00")
    return probe_plate(path)


class Watched:
    """A server, and everything that arrived or failed."""

    def __init__(self, server: FrameServer, posted: Posted) -> None:
        self.server = server
        self.posted = posted
        self.pictures: list[Picture] = []
        self.failures: list[tuple[int, str]] = []
        server.arrived.connect(self.pictures.append)
        server.failed.connect(lambda frame, text: self.failures.append((frame, text)))

    def wait(self, frame: int) -> Picture:
        """Until the exact picture of a frame is there."""
        self.posted.drain(lambda: self._is_there(frame), timeout_s=30)
        found = self.server.picture(frame)
        assert found is not None
        return found

    def _is_there(self, frame: int) -> bool:
        found = self.server.picture(frame)
        return found is not None and found.exact


@contextmanager
def serving(plate: PlateRef, **options: object) -> Iterator[Watched]:
    posted = Posted()
    server = FrameServer(plate, post=posted, **{"cap_bytes": 1 << 28, **options})  # type: ignore[arg-type]
    try:
        yield Watched(server, posted)
    finally:
        server.close()
        server.join(20)


def first(plate: PlateRef) -> int:
    return plate.available_range.start


def test_every_frame_is_the_one_it_says_in_any_order(plate: PlateRef) -> None:
    order = list(plate.available_range)
    random.Random(4).shuffle(order)  # noqa: S311  an order, no secret
    with serving(plate) as watched:
        for frame in order[:12]:
            watched.server.request(frame)
            assert number_in(watched.wait(frame).rgb) == frame - first(plate)


def test_the_sessions_thread_touches_no_file_and_no_codec(plate: PlateRef) -> None:
    with serving(plate) as watched:
        watched.server.request(first(plate))
        watched.wait(first(plate))
        with guarded():
            watched.server.request(first(plate) + 5)
            watched.server.prefetch([first(plate) + 6])
            watched.wait(first(plate) + 5)


def test_older_requests_that_were_not_begun_are_dropped(plate: PlateRef) -> None:
    start = first(plate)
    with serving(plate) as watched:
        for frame in range(start, start + FRAMES):
            watched.server.request(frame)
        watched.wait(start + FRAMES - 1)
        assert len(watched.pictures) < FRAMES // 2


def test_frames_asked_for_ahead_come_in_their_order(plate: PlateRef) -> None:
    start = first(plate)
    wanted = [start + 3, start + 1, start + 2]
    with serving(plate) as watched:
        watched.server.prefetch(wanted)
        watched.wait(start + 2)
        assert [picture.frame for picture in watched.pictures] == wanted
        assert watched.server.cached == frozenset(wanted)


def test_a_frame_that_the_plate_does_not_have_is_ignored(plate: PlateRef) -> None:
    start = first(plate)
    with serving(plate) as watched:
        watched.server.request(start - 1)
        watched.server.prefetch([start + FRAMES, start])
        watched.wait(start)
        assert watched.server.cached == {start}
        assert not watched.failures


def test_memory_stays_under_its_cap_and_the_oldest_go_first(plate: PlateRef) -> None:
    frame_bytes = 128 * 96 * 5
    start = first(plate)
    with serving(plate, cap_bytes=3 * frame_bytes) as watched:
        for frame in range(start, start + 5):
            watched.server.request(frame)
            watched.wait(frame)
        assert watched.server.size_bytes <= 3 * frame_bytes
        assert watched.server.cached == {start + 2, start + 3, start + 4}


def test_a_proxy_is_shown_first_and_replaced_by_the_exact_picture(
    plate: PlateRef, tmp_path: Path
) -> None:
    start = first(plate)
    folder = ProxyFolder(tmp_path / "proxies")
    with serving(plate, proxies=folder) as watched:
        watched.posted.drain(lambda: watched.server.proxy.ready, timeout_s=60)
        watched.server.request(start + 9)
        watched.wait(start + 9)
        kinds = [picture.exact for picture in watched.pictures if picture.frame == start + 9]
        assert kinds == [False, True]
        shown = [picture for picture in watched.pictures if picture.frame == start + 9]
        assert {number_in(picture.rgb) for picture in shown} == {9}
    assert len(list(folder.path.iterdir())) == 1


def test_a_proxy_is_made_once_for_a_plate_wherever_it_lies(plate: PlateRef, tmp_path: Path) -> None:
    folder = ProxyFolder(tmp_path)
    moved = tmp_path / "elsewhere" / "other.mov"
    moved.parent.mkdir()
    moved.write_bytes(plate.location.read_bytes())
    span = plate.available_range
    assert folder.proxy(plate, span) == folder.proxy(replace(plate, location=moved), span)
    assert folder.proxy(plate, span) != folder.proxy(plate, FrameRange(span.start, 3))


def test_a_proxy_that_is_cancelled_leaves_no_file(plate: PlateRef, tmp_path: Path) -> None:
    folder = ProxyFolder(tmp_path / "proxies")
    with serving(plate, proxies=folder) as watched:
        watched.server.close()
    assert not list(folder.path.glob(".*"))


def test_the_longest_unused_proxies_make_room(tmp_path: Path) -> None:
    folder = ProxyFolder(tmp_path, cap_bytes=250)
    for age, name in enumerate(("old", "newer", "newest")):
        path = tmp_path / f"{name}.mkv"
        path.write_bytes(bytes(100))
        os.utime(path, (1000 + age, 1000 + age))
    assert folder.make_room(tmp_path / "newest.mkv") == 1
    assert sorted(path.stem for path in tmp_path.iterdir()) == ["newer", "newest"]


def test_a_plate_that_went_away_is_told_frame_by_frame(tmp_path: Path) -> None:
    path = numbered_movie(tmp_path / "plate.mov", frames=3)
    plate = probe_plate(path)
    path.unlink()
    with serving(plate) as watched:
        watched.server.request(1)
        watched.posted.drain(lambda: bool(watched.failures), timeout_s=20)
        assert watched.failures[0][0] == 1
        assert "no such file" in watched.failures[0][1]


class Inverted(PlainDisplay):
    """White is black."""

    name = "inverted"

    def apply(self, picture: ScreenPicture) -> ScreenPicture:
        changed = 255 - picture
        changed[..., 3] = 255
        return changed


def test_a_display_transform_changes_the_picture_and_nothing_else(plate: PlateRef) -> None:
    start = first(plate)
    with serving(plate) as watched:
        watched.server.request(start + 2)
        plain = watched.wait(start + 2)
        watched.server.set_display(Inverted())
        assert watched.server.picture(start + 2) is None
        changed = watched.wait(start + 2)
        assert np.array_equal(changed.rgb[..., :3], 255 - plain.rgb[..., :3])


def test_another_numbering_is_found_by_its_shift(plate: PlateRef) -> None:
    with serving(plate, shift=first(plate) - 1001) as watched:
        watched.server.request(1007)
        assert number_in(watched.wait(1007).rgb) == 6


def test_nothing_arrives_after_closing_and_no_thread_is_left(plate: PlateRef) -> None:
    before = threading.active_count()
    with serving(plate) as watched:
        watched.server.request(first(plate))
    watched.posted.drain()
    assert watched.pictures == []
    assert threading.active_count() == before


def test_an_exact_picture_is_never_replaced_by_a_proxy() -> None:
    cache = FrameCache(1 << 20)
    rgb = np.zeros((4, 4, 4), np.uint8)
    exact = Picture(7, rgb, rgb[:2, :2].copy(), 1.0, exact=True)
    assert cache.put(exact)
    assert not cache.put(replace(exact, exact=False))
    assert cache.get(7) is exact
