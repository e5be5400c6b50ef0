"""A take made the shot's next version.

A take is a version without deliveries in the takes folder: the same files, the same certificate,
numbered by itself. So it can be looked at and compared before anything is published, and what is
published is sample for sample what was looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

from void_studio.app.progress import Stages, raise_if
from void_studio.media import (
    DeliveryKind,
    FrameWriter,
    PlateRef,
    delivery_for,
    is_bit_exact,
    is_sequence,
    open_delivery,
    open_plate,
    repack,
)
from void_studio.versions import (
    Delivery,
    StagedVersion,
    Version,
    adopt_files,
    certify,
    file_fact,
    stage_version,
)

__all__ = ["publish_take"]


def publish_take(
    take: Version,
    plate: PlateRef,
    root: Path,
    *,
    stages: Stages,
    cancelled: Callable[[], bool],
) -> Version:
    """Make a take the shot's next version under `root`, with the delivery for its plate.

    Master, support and quadmask are the take's own files, linked where the disk allows it and
    copied elsewhere. Raises BadInput or CheckFailed when they no longer are what the recipe says.
    """
    kind = delivery_for(plate.layout)
    request = replace(take.recipe.request, deliveries=(kind.value,))
    with stage_version(root, request) as staged:
        adopted = adopt_files(take, staged)
        with stages.stage("delivery") as step:
            delivery = _deliver(take, plate, kind, staged, step=step, cancelled=cancelled)
        recipe = replace(adopted, deliveries=(delivery,))
        staged.write_recipe(recipe)
        with stages.stage("certify") as step:
            certificate = certify(
                staged.folder, plate.location, on_progress=step, cancelled=cancelled
            )
        return staged.publish(recipe, certificate)


def _deliver(
    take: Version,
    plate: PlateRef,
    kind: DeliveryKind,
    staged: StagedVersion,
    *,
    step: Callable[[int, int], None],
    cancelled: Callable[[], bool],
) -> Delivery:
    path = staged.folder / (staged.stem(kind.value) + kind.suffix)
    work = take.recipe.request.work_range
    with ExitStack() as stack:
        rate = plate.rate if is_sequence(take.master) else None
        reader = stack.enter_context(closing(open_plate(take.master, sequential=True, rate=rate)))
        writer: FrameWriter = stack.enter_context(
            open_delivery(path, plate, kind, first_frame=work.start)
        )
        numbers = reader.ref.available_range
        for done, (number, frame) in enumerate(zip(numbers, work, strict=True), 1):
            raise_if(cancelled)
            writer.write(replace(repack(reader.read(number), plate.layout), number=frame))
            step(done, len(work))
        writer.finish()
    return Delivery(
        kind.value, file_fact(path), is_bit_exact(kind, plate.layout, tags=plate.colour)
    )
