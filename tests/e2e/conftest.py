"""A small cut with known truth, and a studio that is called as a person calls it."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.studio import checked
from void_studio.app.demo.cut import CutItem, resolve_timeline
from void_studio.app.demo.footage import FIRST_FRAME, RATE, write_movie
from void_studio.app.demo.scene import DemoScene
from void_studio.core import Extent, FrameRange, Timecode
from void_studio.quadmask import Quadmask, grow, pack, write_quadmask

EXTENT = Extent(480, 270)
FRAMES = 12
SOURCE = FrameRange(FIRST_FRAME + 2, 8)


@dataclass(frozen=True)
class Cut:
    """A timeline of one plate, used twice, and a quadmask over the second use's work range."""

    folder: Path
    timeline: Path
    plate: Path
    quadmask: Path
    shot: str
    scene: DemoScene


@pytest.fixture(scope="session", autouse=True)
def worker_state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep the local worker of these tests apart from a person's own, and end it with them."""
    folder = tmp_path_factory.mktemp("state")
    before = os.environ.get("VOID_STUDIO_STATE")
    os.environ["VOID_STUDIO_STATE"] = str(folder)
    yield folder
    stop_worker(folder)
    if before is None:
        del os.environ["VOID_STUDIO_STATE"]
    else:
        os.environ["VOID_STUDIO_STATE"] = before


def stop_worker(state: Path) -> None:
    """End the local worker of a state folder, if there is one."""
    for note in state.rglob("worker.json"):
        pid = json.loads(note.read_text())["pid"]
        try:
            os.kill(pid, 15)
        except ProcessLookupError:
            continue


@pytest.fixture(scope="session")
def cut(tmp_path_factory: pytest.TempPathFactory) -> Cut:
    """The cut, its media and its quadmask; tests must not write to it."""
    folder = tmp_path_factory.mktemp("cut")
    scene = DemoScene(EXTENT, FRAMES)
    plate = folder / "plate.mov"
    write_movie(plate, scene.plate, EXTENT, FRAMES)
    whole = FrameRange(FIRST_FRAME, FRAMES)
    items = [CutItem(plate, whole, FrameRange(FIRST_FRAME, 5)), CutItem(plate, whole, SOURCE)]
    timeline = folder / "cut.otio"
    timeline.write_bytes(resolve_timeline(items, RATE, 86400))
    quadmask = folder / "quadmask.mkv"
    values = [truth(scene, index) for index in range(FRAMES)]
    write_quadmask(
        quadmask,
        Quadmask.of(FIRST_FRAME, EXTENT, values),
        rate=RATE,
        start_timecode=Timecode(FIRST_FRAME, RATE),
    )
    shot = checked("shots", "shots", timeline)["shots"][1]["id"]
    return Cut(folder, timeline, plate, quadmask, shot, scene)


def truth(scene: DemoScene, index: int) -> Any:
    """The true mattes, grown a little."""
    remove = grow(scene.object_matte(index), 3)
    affected = grow(scene.shadow_matte(index), 3)
    return pack(remove, affected)


@pytest.fixture(scope="session")
def version(cut: Cut, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a version of the cut's shot; read-only."""
    root = tmp_path_factory.mktemp("versions")
    value = checked(
        "render",
        "render",
        cut.timeline,
        "--shot",
        cut.shot,
        "--quadmask",
        cut.quadmask,
        "--versions",
        root,
    )
    return Path(value["versions"][0]["folder"])
