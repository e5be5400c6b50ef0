from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.e2e.conftest import Cut
from void_studio.app.progress import SilentReporter, Stages
from void_studio.app.render_shot import PublishOrder, publish_result
from void_studio.app.requesting import FillTerms, engine_of, make_request
from void_studio.app.settings import RenderSettings
from void_studio.app.shots import ShotPlate, plate_of
from void_studio.app.takes import publish_take
from void_studio.app.wiring import connected
from void_studio.core import BadInput, Cancelled, CheckFailed
from void_studio.quadmask import read_quadmask
from void_studio.timeline import read_timeline
from void_studio.versions import ShotFacts, TimelineFacts, Version, certify, read_version


@dataclass(frozen=True)
class Kept:
    """A take of the cut's shot, and the shot."""

    shot: ShotPlate
    take: Version


@pytest.fixture(scope="module")
def kept(cut: Cut, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    timeline = read_timeline(cut.timeline)
    shot = plate_of(timeline, timeline.shot(cut.shot), handles=1)
    quadmask = read_quadmask(cut.quadmask, extent=shot.plate.extent).frames
    whole = replace(quadmask, range=shot.plate.available_range)
    terms = FillTerms(
        TimelineFacts(str(cut.timeline), timeline.sha256),
        ShotFacts(shot.shot.id, shot.shot.name, shot.shot.sequence),
        shot.plate,
        shot.source,
        whole.over(shot.work),
        RenderSettings(handles=1),
        (),
    )
    stages = Stages(SilentReporter())
    with connected("local") as runner:
        engine = engine_of(runner, "draft")
        request = make_request(runner, terms, engine, stages=stages, cancelled=_never)
        root = tmp_path_factory.mktemp("takes")
        order = PublishOrder(request, engine, shot.plate, terms.quadmask, ("painted",), root)
        rendered = publish_result(runner, order, again=False, stages=stages, cancelled=_never)
    return Kept(shot, rendered.version)


def _never() -> bool:
    return False


def _publish(kept: Kept, root: Path) -> Version:
    return publish_take(
        kept.take, kept.shot.plate, root, stages=Stages(SilentReporter()), cancelled=_never
    )


def test_a_take_is_certified_and_has_no_delivery(kept: Kept) -> None:
    assert kept.take.certificate.ok
    assert not kept.take.deliveries


def test_a_published_take_is_the_take_with_a_delivery(kept: Kept, tmp_path: Path) -> None:
    version = _publish(kept, tmp_path)
    assert version.recipe.master.digest == kept.take.recipe.master.digest
    assert list(version.deliveries) == list(version.recipe.request.deliveries)
    assert read_version(version.folder).certificate == certify(
        version.folder, kept.shot.plate.location
    )


def test_a_take_can_be_published_twice_and_stays(kept: Kept, tmp_path: Path) -> None:
    numbers = [_publish(kept, tmp_path).number for _ in range(2)]
    assert numbers == [1, 2]
    assert read_version(kept.take.folder).certificate.ok


def test_a_take_whose_master_was_changed_is_not_published(kept: Kept, tmp_path: Path) -> None:
    copy = tmp_path / "v001"
    copy.mkdir()
    for path in kept.take.folder.iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    master = copy / kept.take.master.name
    data = bytearray(master.read_bytes())
    data[len(data) // 2] ^= 1
    master.write_bytes(data)
    with pytest.raises((BadInput, CheckFailed)):
        _publish(Kept(kept.shot, read_version(copy)), tmp_path / "versions")
    assert not list((tmp_path / "versions").rglob("v0*"))


def test_a_cancelled_publish_leaves_no_version(kept: Kept, tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        publish_take(
            kept.take,
            kept.shot.plate,
            tmp_path,
            stages=Stages(SilentReporter()),
            cancelled=lambda: True,
        )
    assert not list(tmp_path.rglob("v0*"))
