"""Real small plates and versions of them, for the tests of the versions room."""

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import numpy as np

from tests.media.movies import planes_movie
from void_studio.core import Extent, FrameRange, Rect
from void_studio.finish import Framing, composite, support_of
from void_studio.jobs import JobSpec
from void_studio.media import (
    UNTAGGED,
    DeliveryKind,
    is_bit_exact,
    layout_of,
    master_suffix,
    open_delivery,
    open_master,
    open_plate,
)
from void_studio.quadmask import Quadmask, pack, write_quadmask
from void_studio.versions import (
    Delivery,
    NoSource,
    PlateFacts,
    Recipe,
    RenderedBy,
    RenderRequest,
    ShotFacts,
    SupportWriter,
    TimelineFacts,
    Version,
    certify,
    file_fact,
    stage_version,
)

RATE = Fraction(24000, 1001)
HOLE = Rect(21, 13, 17, 11)
FRAMES = 6
WORK_OFFSET, WORK_FRAMES = 1, 4


def noise_plate(path, pixel_format, extent, *, timecode="01:00:00:00", tags=UNTAGGED, codec="ffv1"):
    layout = layout_of(pixel_format)
    random = np.random.default_rng(7)
    pictures = [
        tuple(
            random.integers(0, 1 << layout.bits, plane.shape(extent)).astype(layout.dtype)
            for plane in layout.planes
        )
        for _ in range(FRAMES)
    ]
    return planes_movie(
        path, pictures, pixel_format, codec=codec, rate=RATE, timecode=timecode, tags=tags
    )


def request_for(plate: Path, *, name="sh 010", deliveries=()) -> RenderRequest:
    with open_plate(plate) as reader:
        ref = reader.ref
    work = FrameRange(ref.available_range.start + WORK_OFFSET, WORK_FRAMES)
    return RenderRequest(
        id="request-0123456789abcdef",
        requested_at=datetime(2026, 11, 21, 1, 2, 3, 456, UTC),
        timeline=TimelineFacts("/cut/été.otio", "ab" * 32),
        shot=ShotFacts("shot-1", name, "seq/A"),
        plate=PlateFacts.of(ref),
        source_range=FrameRange(work.start + 1, WORK_FRAMES - 2),
        work_range=work,
        quadmask_digest="cd" * 32,
        quadmask_revision=3,
        framing=Framing(ref.extent, ref.extent.rect, ref.extent),
        feather=2.0,
        grain_seed=11,
        deliveries=deliveries,
        job=JobSpec.of("draft", {"radius": 4, "gain": 0.5, "fast": True}, "ef" * 32, prompt="x"),
    )


def write_media(staged, request, plate: Path) -> Recipe:
    """Composite a flat fill into every work frame; write master, support, quadmask, deliveries."""
    folder = staged.folder
    paths = {part: folder / f"{staged.stem(part)}.mkv" for part in ("support", "quadmask")}
    kinds = [DeliveryKind(name) for name in request.deliveries]
    copies = {kind: folder / f"{staged.stem(kind.value)}.mov" for kind in kinds}
    first = request.work_range.start
    with open_plate(plate) as reader:
        ref = reader.ref
        paths["master"] = folder / f"{staged.stem('master')}{master_suffix(ref)}"
        fill = np.zeros(ref.extent.shape, np.bool_)
        fill[HOLE.intersect(ref.extent.rect).slices] = True
        support = support_of(fill, ref.layout, feather=request.feather)
        grey = np.full((*ref.extent.shape, 3), 30000, np.uint16)
        writers = [open_master(paths["master"], ref, first_frame=first)]
        writers += [
            open_delivery(path, ref, kind, first_frame=first) for kind, path in copies.items()
        ]
        touched = SupportWriter(paths["support"], ref, first_frame=first)
        for number in request.work_range:
            frame = composite(reader.read(number), ref.extent.rect, grey, support)
            for writer in writers:
                writer.write(frame)
            touched.write(support.mask(0))
        for writer in (*writers, touched):
            writer.finish()
    values = [pack(fill, np.zeros_like(fill))] * WORK_FRAMES
    write_quadmask(
        paths["quadmask"],
        Quadmask.of(first, ref.extent, values),
        rate=ref.rate,
        start_timecode=None,
    )
    return Recipe(
        request=request,
        studio_version="0.1.0",
        rendered_by=RenderedBy("Draft", "Apache-2.0", "", "build 1", "cpu", "12" * 32),
        master=file_fact(paths["master"]),
        deliveries=tuple(
            Delivery(kind.value, file_fact(path), is_bit_exact(kind, ref.layout, tags=ref.colour))
            for kind, path in copies.items()
        ),
        quadmask=file_fact(paths["quadmask"]),
        support=file_fact(paths["support"]),
        assumed_colour=("range limited",),
        matte_origins=("remove: one click, flow",),
        no_source=NoSource(0.01, 0.02, first),
        timings_s=(("render", 1.5), ("finish", 0.5)),
    )


def published(root: Path, plate: Path, **settings) -> Version:
    """A version that was certified and published."""
    request = request_for(plate, **settings)
    with stage_version(root, request) as staged:
        recipe = write_media(staged, request, plate)
        staged.write_recipe(recipe)
        return staged.publish(recipe, certify(staged.folder, plate))


def rewritten(version: Version, change, *, what="master", tags=None) -> Version:
    """The version with a movie written anew from `change(index, frame)`, and its recipe adapted.

    What a forger would do who keeps digests consistent. `change` may return None to drop a frame.
    """
    path = getattr(version, what)
    with open_plate(path) as reader:
        ref = reader.ref
        frames = [reader.read(number) for number in ref.available_range]
    path.chmod(0o644)
    if tags is not None:
        ref = replace(ref, colour=tags)
    writer = open_master(path, ref, first_frame=ref.available_range.start)
    for index, frame in enumerate(frames):
        changed = change(index, frame, frames)
        if changed is not None:
            writer.write(changed)
    writer.finish()
    return with_recipe(version, replace(version.recipe, **{what: file_fact(path)}))


def with_recipe(version: Version, recipe: Recipe) -> Version:
    """The version with another recipe in its folder."""
    file = version.folder / "recipe.json"
    file.chmod(0o644)
    file.write_bytes(recipe.encode())
    return replace(version, recipe=recipe)


def poked(frame, plane, y, x):
    """The frame with one sample of a stored plane changed by one code."""
    planes = [samples.copy() for samples in frame.planes]
    planes[plane][y, x] ^= 1
    return replace(frame, planes=tuple(planes))


SMALL = Extent(64, 48)
