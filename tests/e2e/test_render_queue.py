"""Orders through the session's queue, with a real worker."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.e2e.conftest import Cut
from void_studio.app.session import Posted, Tasks
from void_studio.app.session.orders import KeptOrders, RenderOrder
from void_studio.app.session.queue import QueueRow, QueueState, RenderQueue
from void_studio.app.settings import RenderSettings
from void_studio.app.shots import plate_of
from void_studio.quadmask import read_quadmask
from void_studio.timeline import read_timeline
from void_studio.versions import ShotFacts, TimelineFacts, list_versions


@dataclass
class Desk:
    """A queue on a thread that the test drains."""

    queue: RenderQueue
    tasks: Tasks
    posted: Posted
    takes: Path

    def until(self, holds: Callable[[], bool]) -> None:
        self.posted.drain(holds, 40)

    def ended(self, row_id: str) -> QueueRow:
        self.until(lambda: self.queue.row(row_id).state.is_end)
        return self.queue.row(row_id)


def _desk(takes: Path) -> Desk:
    posted = Posted()
    tasks = Tasks(posted)
    return Desk(RenderQueue(tasks, posted, takes), tasks, posted, takes)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = _desk(tmp_path / "takes")
    yield made
    made.queue.leave()
    made.tasks.close()


@pytest.fixture(scope="module")
def order(cut: Cut) -> RenderOrder:
    timeline = read_timeline(cut.timeline)
    shot = plate_of(timeline, timeline.shot(cut.shot), handles=1)
    read = read_quadmask(cut.quadmask, extent=shot.plate.extent).frames
    quadmask = replace(read, range=shot.plate.available_range).over(shot.work)
    return RenderOrder(
        TimelineFacts(str(cut.timeline), timeline.sha256),
        ShotFacts(shot.shot.id, shot.shot.name, shot.shot.sequence),
        shot.plate,
        shot.source,
        shot.work,
        RenderSettings(handles=1),
        "local",
        lambda: quadmask,
    )


def test_an_order_becomes_a_take_and_is_told_on_its_way(desk: Desk, order: RenderOrder) -> None:
    states: list[QueueState] = []
    finished: list[str] = []
    desk.queue.changed.connect(lambda row_id: states.append(desk.queue.row(row_id).state))
    desk.queue.finished.connect(finished.append)
    row = desk.ended(desk.queue.render(order))
    assert (row.state, row.take, row.text) == (QueueState.DONE, 1, "")
    assert states[0] is QueueState.PREPARING
    assert {QueueState.FINISHING, QueueState.DONE} <= set(states)
    assert finished == [order.shot.id]
    (slug,) = [folder for folder in desk.takes.iterdir() if not folder.name.startswith(".")]
    assert [take.number for take in list_versions(desk.takes, slug.name)] == [1]
    assert not list((desk.takes / ".orders").iterdir())


def test_a_prompt_that_is_missing_fails_the_order_with_what_to_do(
    desk: Desk, order: RenderOrder
) -> None:
    row_id = desk.queue.render(replace(order, settings=RenderSettings(engine="nothing")))
    row = desk.ended(row_id)
    assert row.state is QueueState.FAILED
    assert "no engine 'nothing'" in row.text
    assert desk.queue.log(row_id)


def test_an_order_that_failed_can_be_tried_again(desk: Desk, order: RenderOrder) -> None:
    failing = replace(order, settings=RenderSettings(engine="x"))
    row_id = desk.queue.render(failing)
    assert desk.ended(row_id).state is QueueState.FAILED
    desk.queue.retry(row_id)
    assert desk.queue.row(row_id).state is QueueState.PREPARING
    assert desk.ended(row_id).state is QueueState.FAILED


def test_a_stopped_order_leaves_nothing(desk: Desk, order: RenderOrder) -> None:
    row_id = desk.queue.render(replace(order, settings=RenderSettings(handles=1, again=True)))
    desk.queue.cancel(row_id)
    assert desk.ended(row_id).state is QueueState.CANCELLED
    orders, problems = KeptOrders(desk.takes / ".orders").all()
    assert (orders, problems) == ((), ())


def test_a_studio_that_is_left_finds_its_render_again(desk: Desk, order: RenderOrder) -> None:
    desk.queue.render(order)
    desk.until(lambda: bool(KeptOrders(desk.takes / ".orders").all()[0]))
    desk.queue.leave()
    desk.tasks.close()
    (kept,), _ = KeptOrders(desk.takes / ".orders").all()
    later = _desk(desk.takes)
    later.queue.resume()
    later.until(lambda: bool(later.queue.rows))
    row = later.ended(later.queue.rows[0].id)
    assert (row.state, row.id) == (QueueState.DONE, kept.request.id)
    later.tasks.close()


def test_renders_that_wait_for_another_are_left_and_found_again(
    desk: Desk, order: RenderOrder
) -> None:
    seen: set[str] = set()

    def both_were_kept() -> bool:
        seen.update(kept.request.id for kept in KeptOrders(desk.takes / ".orders").all()[0])
        return len(seen) == 2

    for feather in (2.0, 4.0):
        desk.queue.render(replace(order, settings=RenderSettings(handles=1, feather=feather)))
    desk.until(both_were_kept)
    desk.queue.leave()
    desk.tasks.close()
    later = _desk(desk.takes)
    later.queue.resume()
    later.until(lambda: not later.tasks.running())
    assert {row.state for row in later.queue.rows} <= {QueueState.DONE}
    (slug,) = [folder for folder in desk.takes.iterdir() if not folder.name.startswith(".")]
    assert len(list_versions(desk.takes, slug.name)) == 2
    later.tasks.close()


def test_an_order_whose_quadmask_was_changed_is_refused(desk: Desk, order: RenderOrder) -> None:
    desk.queue.render(order)
    desk.until(lambda: bool(KeptOrders(desk.takes / ".orders").all()[0]))
    desk.queue.leave()
    desk.tasks.close()
    (kept,), _ = KeptOrders(desk.takes / ".orders").all()
    (kept.folder / "quadmask.mkv").write_bytes(b"nothing")
    later = _desk(desk.takes)
    later.queue.resume()
    later.until(lambda: bool(later.queue.rows))
    row = later.ended(later.queue.rows[0].id)
    assert row.state is QueueState.FAILED
    later.tasks.close()


def test_a_folder_of_malformed_orders_is_told_and_left(desk: Desk, order: RenderOrder) -> None:
    desk.queue.render(order)
    desk.until(lambda: bool(KeptOrders(desk.takes / ".orders").all()[0]))
    desk.queue.leave()
    desk.tasks.close()
    (kept,), _ = KeptOrders(desk.takes / ".orders").all()
    (kept.folder / "order.json").write_text("{")
    found, problems = KeptOrders(desk.takes / ".orders").all()
    assert not found
    assert "malformed" in problems[0]
