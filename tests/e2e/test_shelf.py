"""Takes on the shelf: listed, noted, published, and put into the cut, headless."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.e2e.conftest import Cut
from void_studio.app.conforming import revert_file
from void_studio.app.session import Posted, Tasks
from void_studio.app.session.cutting import Cutting, CuttingOrder
from void_studio.app.session.marks import Mark, read_marks
from void_studio.app.session.orders import RenderOrder
from void_studio.app.session.queue import QueueState, RenderQueue
from void_studio.app.session.takes import Shelf
from void_studio.app.settings import RenderSettings
from void_studio.app.shots import plate_of
from void_studio.core import BadInput
from void_studio.quadmask import read_quadmask
from void_studio.timeline import Placement, Profile, read_timeline
from void_studio.versions import ShotFacts, TakeState, TimelineFacts


@dataclass
class Desk:
    """A shelf with one take of the cut's shot, on a thread that the test drains."""

    shelf: Shelf
    tasks: Tasks
    posted: Posted
    shot: ShotFacts
    takes: Path

    def until(self, holds: Callable[[], bool]) -> None:
        self.posted.drain(holds, 40)


@pytest.fixture(scope="module")
def rendered(cut: Cut, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ShotFacts, int]:
    takes = tmp_path_factory.mktemp("takes")
    timeline = read_timeline(cut.timeline)
    shot = plate_of(timeline, timeline.shot(cut.shot), handles=1)
    read = read_quadmask(cut.quadmask, extent=shot.plate.extent).frames
    quadmask = replace(read, range=shot.plate.available_range).over(shot.work)
    facts = ShotFacts(shot.shot.id, shot.shot.name, shot.shot.sequence)
    order = RenderOrder(
        TimelineFacts(str(cut.timeline), timeline.sha256),
        facts,
        shot.plate,
        shot.source,
        shot.work,
        RenderSettings(handles=1),
        "local",
        lambda: quadmask,
    )
    posted = Posted()
    tasks = Tasks(posted)
    queue = RenderQueue(tasks, posted, takes)
    row_id = queue.render(order)
    posted.drain(lambda: queue.row(row_id).state.is_end, 120)
    assert queue.row(row_id).state is QueueState.DONE
    tasks.close()
    return takes, facts, quadmask.revision


@pytest.fixture
def desk(rendered: tuple[Path, ShotFacts, int], tmp_path: Path) -> Iterator[Desk]:
    takes, shot, revision = rendered
    posted = Posted()
    tasks = Tasks(posted)
    shelf = Shelf(tasks, takes=takes, versions=tmp_path / "versions")
    shelf.show(shot, revision=revision, active=None)
    made = Desk(shelf, tasks, posted, shot, takes)
    made.until(lambda: bool(shelf.takes))
    yield made
    tasks.close()


def test_a_take_is_stale_once_the_quadmask_was_changed(desk: Desk) -> None:
    (take,) = desk.shelf.takes
    assert (take.name, take.stale) == ("take 01", False)
    assert take.engine.startswith("Draft")
    desk.shelf.revised(take.revision + 1)
    assert desk.shelf.takes[0].stale


def test_notes_on_a_take_are_kept(desk: Desk) -> None:
    (take,) = desk.shelf.takes
    mark = Mark(2, "lime rolls to the left", TakeState.REJECTED)
    desk.shelf.mark(take.id, mark)
    assert desk.shelf.takes[0].mark == mark
    desk.until(lambda: not desk.tasks.running())
    assert read_marks(desk.takes / "marks.json") == {take.id: mark}


def test_malformed_notes_are_refused(tmp_path: Path) -> None:
    (tmp_path / "marks.json").write_text('{"schema": "void_studio.marks.1", "marks": {"a": 1}}')
    with pytest.raises(BadInput):
        read_marks(tmp_path / "marks.json")


def test_a_published_take_is_written_into_the_cut_and_taken_out_again(
    desk: Desk, cut: Cut, tmp_path: Path
) -> None:
    desk.shelf.publish(desk.shelf.takes[0].id)
    desk.until(lambda: bool(desk.shelf.versions))
    (version,) = desk.shelf.versions
    assert version.name == "v001"
    cutting = Cutting(desk.tasks, cut.timeline, media_root=None, rate=None)
    out = tmp_path / "cut_resolve.otio"
    cutting.plan(
        CuttingOrder(
            {desk.shot.id: version.version.folder}, Profile.RESOLVE, Placement.REPLACE, out
        )
    )
    desk.until(lambda: cutting.outcome is not None)
    assert not out.exists()
    assert cutting.outcome is not None
    assert cutting.outcome.losses
    assert cutting.write() is not None
    desk.until(out.exists)
    desk.until(lambda: not desk.tasks.running())
    revert_file(out, tmp_path / "back.otio")
    assert (tmp_path / "back.otio").read_bytes() == cut.timeline.read_bytes()


def test_a_plan_that_can_not_be_is_told_and_not_written(
    desk: Desk, cut: Cut, tmp_path: Path
) -> None:
    cutting = Cutting(desk.tasks, cut.timeline, media_root=None, rate=None)
    cutting.plan(
        CuttingOrder({"x": tmp_path / "v001"}, Profile.RESOLVE, Placement.REPLACE, cut.timeline)
    )
    desk.until(lambda: cutting.problem is not None)
    assert "overwrite" in str(cutting.problem)
    assert cutting.write() is None
