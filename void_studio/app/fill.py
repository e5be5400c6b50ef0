"""`fill`: a bare plate and a quadmask in, the filled movie out; no timeline."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from void_studio.app.choosing import fleet_of
from void_studio.app.filled import Filled, put_in_place
from void_studio.app.mattes import ShotQuadmask
from void_studio.app.progress import Reporter, Stages
from void_studio.app.render_shot import PublishOrder, complete_version
from void_studio.app.requesting import FillTerms, engine_of, make_request
from void_studio.app.settings import RenderSettings
from void_studio.core import CheckFailed, Refused, UsageError
from void_studio.media import (
    MAX_CLIP_FRAMES,
    PlateRef,
    check_sound,
    delivery_for,
    is_pattern,
    master_suffix,
    parse_pattern,
    probe_plate,
    sound_of,
    streams_left_out,
)
from void_studio.quadmask import place_quadmask, read_quadmask, suspicious_frames
from void_studio.versions import ShotFacts, TimelineFacts, stage_version

__all__ = ["BareFill", "fill_file", "fill_plate", "open_bare"]

_NO_TIMELINE = TimelineFacts("", hashlib.sha256(b"").hexdigest())
_WORKSHOP = ".void_fill"
_CONTAINERS = {".mkv": "matroska", ".mov": "mov"}


@dataclass(frozen=True, slots=True)
class BareFill:
    """A fill of a whole plate. `inputs` are the files that `out` must not be."""

    plate: PlateRef
    matte: ShotQuadmask
    matte_origin: str
    out: Path
    settings: RenderSettings
    with_sound: bool
    inputs: tuple[Path, ...]


def fill_file(
    plate: Path,
    quadmask: Path,
    out: Path,
    settings: RenderSettings,
    *,
    with_sound: bool,
    worker: str,
    rate: Fraction | None = None,
    reporter: Reporter,
    cancelled: Callable[[], bool],
) -> dict[str, Any]:
    """Fill the plate by a quadmask of it, and return what `fill` prints.

    Raises BadInput when the quadmask does not fit the plate, Refused for an interlaced plate.
    """
    check_out(out, (plate, quadmask))
    ref = open_bare(plate, rate=rate)
    matte = _whole_matte(quadmask, ref)
    wanted = BareFill(ref, matte, str(quadmask), out, settings, with_sound, (plate, quadmask))
    return fill_plate(wanted, worker=worker, reporter=reporter, cancelled=cancelled)


def open_bare(path: Path, *, rate: Fraction | None = None) -> PlateRef:
    """The facts of a plate that can be filled as a whole. Raises Refused when it can not.

    `rate` is that of an image sequence which does not tell its own.
    """
    ref = probe_plate(path, rate=rate)
    if ref.interlaced:
        raise Refused(
            "this plate is interlaced; its frames hold two moments each",
            where=path,
            hint="deinterlace it first",
        )
    if len(ref.available_range) > MAX_CLIP_FRAMES:
        raise Refused(
            f"it has {len(ref.available_range)} frames, more than {MAX_CLIP_FRAMES}",
            where=path,
            hint="fill it in parts, or as a shot of a timeline",
        )
    return ref


def check_out(out: Path, inputs: tuple[Path, ...]) -> None:
    """Raise UsageError for an `out` that is one of the inputs or of a kind that is not written."""
    if out.suffix.lower() not in _CONTAINERS and not is_pattern(out):
        raise UsageError(
            f"can not write {out.suffix or 'a file without a suffix'}",
            where=out,
            hint="name it .mkv for the lossless master, .mov for a delivery",
        )
    if out.is_dir():
        raise UsageError("this is a folder", where=out, hint="name the movie to write")
    if out.resolve() in [path.resolve() for path in inputs]:
        raise UsageError("this would overwrite what it reads", where=out, hint="choose another")


def check_kind(out: Path, plate: PlateRef) -> None:
    """Raise UsageError for a master of another kind than the plate: a movie of a sequence, say.

    Raises Refused when a file of a sequence that is to be written is there already.
    """
    ending = master_suffix(plate)
    kind = (Path(f"x{ending}").suffix, "#" in ending)
    if out.suffix.lower() != ".mov" and (out.suffix.lower(), is_pattern(out)) != kind:
        raise UsageError(
            "the master of this plate is of another kind",
            where=out,
            hint=f"name it as in name{ending}, or .mov for a delivery",
        )
    if is_pattern(out):
        files = map(parse_pattern(out).file, plate.available_range)
        if there := next(filter(Path.exists, files), None):
            raise Refused("is there already", where=there, hint="choose another --out")


def fill_plate(
    wanted: BareFill, *, worker: str, reporter: Reporter, cancelled: Callable[[], bool]
) -> dict[str, Any]:
    """Render, finish, certify, and put the movie and its certificate in place."""
    check_out(wanted.out, wanted.inputs)
    check_kind(wanted.out, wanted.plate)
    _tell(wanted, reporter)
    stages = Stages(reporter)
    location = wanted.plate.location
    sound = sound_of(location) if wanted.with_sound else ()
    if sound:
        check_sound(location, _CONTAINERS[wanted.out.suffix.lower()])
    left_out = streams_left_out(location)
    for line in left_out:
        reporter.note(f"not carried: {line}")
    with fleet_of(worker, reporter) as fleet, _workshop(wanted.out) as root:
        runner = fleet.runner(wanted.settings.engine)
        engine = engine_of(runner, wanted.settings.engine)
        terms = _terms(wanted)
        request = make_request(runner, terms, engine, stages=stages, cancelled=cancelled)
        order = PublishOrder(
            request,
            engine,
            wanted.plate,
            wanted.matte.quadmask,
            (f"quadmask: {wanted.matte_origin}",),
            root,
            with_sound=bool(sound),
        )
        with stage_version(root, request) as staged:
            recipe, certificate = complete_version(
                runner,
                order,
                staged,
                again=wanted.settings.again,
                stages=stages,
                cancelled=cancelled,
            )
            if not certificate.ok:
                raise CheckFailed(
                    certificate.summary,
                    where=wanted.out,
                    hint="nothing was written; a damaged plate may read differently each time: "
                    "export it again, and report this if that does not help",
                )
            filled = Filled(wanted.plate, recipe, certificate, sound, left_out)
            return put_in_place(filled, staged.folder, wanted.out, stages)


def _terms(wanted: BareFill) -> FillTerms:
    plate = wanted.plate
    delivers = wanted.out.suffix.lower() == ".mov"
    return FillTerms(
        _NO_TIMELINE,
        ShotFacts("bare-plate", plate.location.stem, "fill"),
        plate,
        plate.available_range,
        wanted.matte.quadmask,
        wanted.settings,
        (delivery_for(plate.layout).value,) if delivers else (),
    )


@contextmanager
def _workshop(out: Path) -> Iterator[Path]:
    """A hidden folder beside `out`, so that what is made in it can be renamed into place."""
    root = out.resolve().parent / _WORKSHOP
    try:
        yield root
    finally:
        with suppress(OSError):
            for folder in root.iterdir():
                folder.rmdir()
            root.rmdir()


def _whole_matte(path: Path, plate: PlateRef) -> ShotQuadmask:
    file = read_quadmask(path, extent=plate.extent)
    whole = plate.available_range
    placed = place_quadmask(file, work=whole, source=whole, plate=whole)
    if not placed.quadmask.range.covers(whole):
        raise Refused(
            f"the quadmask has frames {placed.quadmask.range}, the plate {whole}",
            where=path,
            hint="make one that covers the whole plate, 255 where nothing changes",
        )
    over = placed.quadmask.over(whole)
    return ShotQuadmask(over, placed.covers, (), suspicious_frames(over), file.frames.off_values)


def _tell(wanted: BareFill, reporter: Reporter) -> None:
    if wanted.matte.suspicious:
        listed = ", ".join(str(frame) for frame in wanted.matte.suspicious[:20])
        reporter.note(f"empty beside a painted frame: {listed}")
    if wanted.matte.off_values:
        reporter.note(f"{wanted.matte_origin}: {wanted.matte.off_values} samples were snapped")
