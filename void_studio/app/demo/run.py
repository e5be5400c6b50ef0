"""The demo from end to end: footage, cut, quadmask, render, conform, report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from void_studio.app.conforming import ConformOutcome, conform_files
from void_studio.app.demo.cut import CutItem, resolve_timeline
from void_studio.app.demo.footage import FIRST_FRAME, RATE, write_movie
from void_studio.app.demo.measures import measure_fill
from void_studio.app.demo.report import write_report
from void_studio.app.demo.scene import DemoScene
from void_studio.app.demo.sheet import SheetRow, write_sheet
from void_studio.app.mattes import ShotQuadmask
from void_studio.app.progress import Reporter, Stages, raise_if
from void_studio.app.render_shot import RenderedShot, ShotJob, render_shot
from void_studio.app.resources import resource
from void_studio.app.segmenting import follow_clicks
from void_studio.app.settings import RenderSettings
from void_studio.app.shots import ShotPlate, plate_of
from void_studio.app.wiring import GrpcRunner, RemoteSegmenter, connected
from void_studio.assist import Click
from void_studio.core import FrameRange, Refused, Timecode, read_limited, write_whole
from void_studio.media import open_plate
from void_studio.quadmask import KeyedPolygon, Quadmask, pack, write_quadmask
from void_studio.timeline import Placement, Profile, Timeline, read_timeline

__all__ = ["DEMO_CUT", "run_demo", "shoot_demo"]

DEMO_CUT = "cut.otio"

_CUTAWAY_FRAMES = 24
_RECORD_START = 86400
_FIRST_USE = FrameRange(FIRST_FRAME + 4, 12)
_PICKED_USE = FrameRange(FIRST_FRAME + 8, 32)
_SHEET_ROWS = 4
_POLYGON_LIMIT_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class _Footage:
    scene: DemoScene
    plate: Path
    clean: Path
    cut: Path


def run_demo(
    out: Path, *, worker: str, reporter: Reporter, cancelled: Callable[[], bool]
) -> dict[str, Any]:
    """Make `out` and return the report. Raises Refused when `out` holds other files."""
    out = out.resolve()
    _claim(out)
    stages = Stages(reporter)
    footage = _shoot(out, stages, cancelled)
    with stages.stage("import"):
        timeline = read_timeline(footage.cut)
        shot = plate_of(timeline, _picked(timeline), handles=8)
    with connected(worker) as runner:
        quadmask, scores = _paint(runner, footage, shot, out, stages, cancelled)
        matte = ShotQuadmask(quadmask, "work", (), (), 0)
        job = ShotJob(
            timeline,
            shot,
            matte,
            "one click and a keyframed polygon",
            RenderSettings(),
            out / "versions",
        )
        rendered = render_shot(runner, job, stages=stages, cancelled=cancelled)
    with stages.stage("conform"):
        conformed = _conform(footage.cut, rendered, out)
    with stages.stage("measure"):
        figures = measure_fill(footage.plate, rendered.version.master, footage.clean, quadmask)
        _sheet(out, footage, rendered, quadmask)
    report = {
        **{name: round(value, 4) for name, value in asdict(figures).items()},
        "iou_remove": round(_mean_iou(footage.scene, quadmask), 4),
        "least_score": round(min(scores), 3),
        "frames_in": len(shot.work),
        "frames_out": rendered.frames_out,
        "outside_samples_changed": rendered.outside_samples_changed,
        "timeline_bytes_changed": conformed.bytes_changed,
        "no_source_share": round(rendered.no_source_share, 5),
        "engine": RenderSettings().engine,
        "shot": shot.shot.id,
        "version": rendered.version.folder.name,
        "mattes": {
            "remove": "one click on the object, followed both ways by the flow segmenter",
            "affected": "a keyframed polygon from the studio's resources, not the truth",
        },
        "files": _files(out, rendered),
        "stages_s": stages.seconds,
    }
    write_report(out, report)
    return report


def shoot_demo(out: Path, *, reporter: Reporter, cancelled: Callable[[], bool]) -> Path:
    """Make the demo's footage and cut in a folder of the studio's own; where the cut is.

    What is there already is taken as it is. The truth without the object is left away.
    """
    out = out.resolve()
    cut = out / DEMO_CUT
    if not cut.is_file():
        out.mkdir(parents=True, exist_ok=True)
        _shoot(out, Stages(reporter), cancelled, movies=("plate.mov", "cutaway.mov"))
    return cut


def _claim(out: Path) -> None:
    if out.exists() and (not out.is_dir() or any(out.iterdir())) and not (out / DEMO_CUT).exists():
        raise Refused("there are other files here", where=out, hint="choose a new folder")
    out.mkdir(parents=True, exist_ok=True)


def _shoot(
    out: Path,
    stages: Stages,
    cancelled: Callable[[], bool],
    *,
    movies: Sequence[str] = ("plate.mov", "clean_plate.mov", "cutaway.mov"),
) -> _Footage:
    scene = DemoScene()
    known = [
        ("plate.mov", scene.plate, scene.frames, FIRST_FRAME),
        ("clean_plate.mov", scene.clean, scene.frames, FIRST_FRAME),
        ("cutaway.mov", scene.clean, _CUTAWAY_FRAMES, FIRST_FRAME + 10_000),
    ]
    wanted = [movie for movie in known if movie[0] in movies]
    total = sum(frames for _, _, frames, _ in wanted)
    done = 0
    with stages.stage("synthesise") as step:
        for name, render, frames, first in wanted:

            def watched(
                index: int,
                render: Callable[[int], npt.NDArray[np.uint16]] = render,
                base: int = done,
            ) -> npt.NDArray[np.uint16]:
                raise_if(cancelled)
                step(base + index + 1, total)
                return render(index)

            write_movie(out / name, watched, scene.extent, frames, first_frame=first)
            done += frames
        plate = (out / "plate.mov").resolve()
        cutaway = (out / "cutaway.mov").resolve()
        write_whole(out / DEMO_CUT, _cut(plate, cutaway, scene.frames))
    return _Footage(scene, plate, out / "clean_plate.mov", out / "cut.otio")


def _cut(plate: Path, cutaway: Path, frames: int) -> bytes:
    whole = FrameRange(FIRST_FRAME, frames)
    aside = FrameRange(FIRST_FRAME + 10_000, _CUTAWAY_FRAMES)
    items = [
        CutItem(cutaway, aside, aside.widened(-2, -10)),
        CutItem(plate, whole, _FIRST_USE),
        CutItem(cutaway, aside, aside.widened(-12, 0)),
        CutItem(plate, whole, _PICKED_USE),
        CutItem(cutaway, aside, aside.widened(0, -8)),
    ]
    return resolve_timeline(items, RATE, _RECORD_START)


def _picked(timeline: Timeline) -> Any:
    return next(shot for shot in timeline.shots if shot.source_range == _PICKED_USE)


def _paint(
    runner: GrpcRunner,
    footage: _Footage,
    shot: ShotPlate,
    out: Path,
    stages: Stages,
    cancelled: Callable[[], bool],
) -> tuple[Quadmask, list[float]]:
    middle = footage.scene.frames // 2
    x, y = footage.scene.object_centre(middle)
    click = Click(FIRST_FRAME + middle, x, y)
    with stages.stage("segment"):
        proposals = follow_clicks(
            shot.plate,
            [click],
            shot.work,
            RemoteSegmenter(runner, "flow"),
            reporter=stages.reporter,
            cancelled=cancelled,
        )
    raise_if(cancelled)
    extent = shot.plate.extent
    with stages.stage("quadmask"):
        polygon = KeyedPolygon.from_json(
            read_limited(resource("demo/affected.json"), _POLYGON_LIMIT_BYTES)
        )
        values = (
            pack(
                proposal.matte(),
                polygon.rasterise(proposal.frame - FIRST_FRAME, extent),
            )
            for proposal in proposals
        )
        quadmask = Quadmask.of(shot.work.start, extent, values, revision=1)
        write_quadmask(
            out / "quadmask.mkv",
            quadmask,
            rate=RATE,
            start_timecode=Timecode(shot.work.start, RATE),
        )
    return quadmask, [proposal.score for proposal in proposals]


def _conform(cut: Path, rendered: RenderedShot, out: Path) -> ConformOutcome:
    folders = [rendered.version.folder]
    for profile in (Profile.RESOLVE, Profile.PREMIERE):
        conform_files(
            cut,
            folders,
            out / f"cut_{profile.value}.otio",
            profile=profile,
            placement=Placement.REPLACE,
        )
    return conform_files(
        cut,
        folders,
        out / "cut_canonical.otio",
        profile=Profile.CANONICAL,
        placement=Placement.REPLACE,
    )


def _mean_iou(scene: DemoScene, quadmask: Quadmask) -> float:
    from void_studio.quadmask import remove_of

    shares = []
    for number in quadmask.range:
        truth = scene.object_matte(number - FIRST_FRAME)
        found = remove_of(quadmask.values(number))
        either = np.count_nonzero(truth | found)
        if either:
            shares.append(np.count_nonzero(truth & found) / either)
    return float(np.mean(shares))


def _sheet(out: Path, footage: _Footage, rendered: RenderedShot, quadmask: Quadmask) -> None:
    numbers = np.linspace(quadmask.range.start + 4, quadmask.range.last - 4, _SHEET_ROWS)
    with (
        closing(open_plate(footage.plate)) as plate,
        closing(open_plate(rendered.version.master)) as result,
        closing(open_plate(footage.clean)) as truth,
    ):
        rows = [
            SheetRow(
                f"{Timecode(number, RATE)}  frame {number}",
                plate.read(number).rgb(),
                quadmask.values(number),
                result.read(number).rgb(),
                truth.read(number).rgb(),
            )
            for number in (round(float(value)) for value in numbers)
        ]
    write_sheet(out / "contact_sheet.png", rows)


def _files(out: Path, rendered: RenderedShot) -> dict[str, str]:
    folder = rendered.version.folder.relative_to(out)
    return {
        "plate.mov": "the plate: ProRes 422 HQ, 24000/1001, from 01:00:00:00",
        "clean_plate.mov": "the truth: the same without object and shadow",
        "cut.otio": "the timeline, as Resolve exports one",
        "quadmask.mkv": "the quadmask, lossless",
        str(folder): "the version: master, delivery, support, recipe, certificate",
        "cut_canonical.otio": "the timeline with the version beside its plate",
        "cut_resolve.otio": "the timeline for Resolve",
        "cut_premiere.otio": "the timeline for Premiere",
    }
