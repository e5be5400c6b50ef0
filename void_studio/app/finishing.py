"""From patches to the files of a version: composite, master, delivery, support."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from void_studio.app.kept_take import kept_frames
from void_studio.app.progress import raise_if
from void_studio.app.take import FetchedPatch, fetch_patches
from void_studio.core import BadInput
from void_studio.finish import (
    GrainModel,
    GrainSample,
    Support,
    canvas_quadmask,
    composite,
    grain_sample,
    measure_grain,
    regrain,
    support_of,
    trim_patch,
)
from void_studio.jobs import ResultManifest, Runner
from void_studio.media import (
    DeliveryKind,
    Frame,
    FrameWriter,
    PlateReader,
    PlateRef,
    Sound,
    master_suffix,
    open_delivery,
    open_master,
    pack_array,
    reopen_plate,
    unpack_array,
)
from void_studio.quadmask import Quadmask, fill_of, write_quadmask
from void_studio.versions import NoSource, RenderRequest, StagedVersion, Version, write_support

__all__ = ["FinishedMedia", "finish_shot"]

_GRAIN_SAMPLES = 4


@dataclass(slots=True)
class FinishedMedia:
    """The files of a staged version, and the share of filled pixels that no frame shows."""

    master: Path
    deliveries: dict[str, Path]
    support: Path
    quadmask: Path
    shares: dict[int, float] = field(default_factory=dict)

    @property
    def no_source(self) -> NoSource:
        """Mean and worst share over the filled frames."""
        if not self.shares:
            return NoSource(0.0, 0.0, None)
        worst = max(self.shares, key=self.shares.__getitem__)
        mean = sum(self.shares.values()) / len(self.shares)
        return NoSource(mean, self.shares[worst], worst if self.shares[worst] else None)


def finish_shot(
    runner: Runner,
    manifest: ResultManifest,
    request: RenderRequest,
    plate: PlateRef,
    quadmask: Quadmask,
    staged: StagedVersion,
    *,
    take: Version | None = None,
    with_sound: bool = False,
    step: Callable[[int, int], None],
    cancelled: Callable[[], bool],
) -> FinishedMedia:
    """Write master, deliveries, support and quadmask of every frame of the work range.

    What the request does not render is copied from `take`. One frame of patches is fetched at a
    time. `with_sound` copies the plate's sound into the first
    delivery, or the master where there is none. Raises BadInput when the worker left out a frame
    that was to be filled.
    """
    media = _paths(staged, request, plate)
    first = request.work_range.start
    with ExitStack() as stack:
        reader = stack.enter_context(closing(reopen_plate(plate, sequential=True)))
        writers = _Writers(stack, media, plate, first, with_sound=with_sound)
        filler = _Filler(runner, manifest, request, plate, quadmask, media)
        kept = stack.enter_context(kept_frames(take, plate)) if take else None
        touched: list[bytes] = []
        for number in request.work_range:
            raise_if(cancelled)
            if kept is not None and not _is_fresh(request, number):
                frame, mask = kept.frame(number), kept.touched(number)
            else:
                frame, support = filler.filled(reader.read(number))
                mask = support.mask(0)
            writers.write(frame)
            touched.append(pack_array(mask.view(np.uint8)))
            step(len(touched), len(request.work_range))
        writers.finish()
        del writers
    masks = (unpack_array(blob).view(np.bool_) for blob in touched)
    steady = replace(plate, variable_rate=False)
    write_support(media.support, steady, masks, first_frame=first)
    timecode = plate.start_timecode.at(first) if plate.start_timecode else None
    write_quadmask(media.quadmask, quadmask, rate=plate.rate, start_timecode=timecode)
    return media


def _is_fresh(request: RenderRequest, number: int) -> bool:
    part = request.range_of_take
    return part is None or number in part.frames


class _Filler:
    """Puts each frame's patch into it, grain and all; frames come in order."""

    def __init__(
        self,
        runner: Runner,
        manifest: ResultManifest,
        request: RenderRequest,
        plate: PlateRef,
        quadmask: Quadmask,
        media: FinishedMedia,
    ) -> None:
        self._request = request
        self._quadmask = quadmask
        self._media = media
        self._grain = _grain(runner, manifest, request, plate, quadmask)
        frames = len(request.clip_range)
        self._patches = _Patches(fetch_patches(runner, manifest, request.framing, frames))

    def filled(self, frame: Frame) -> tuple[Frame, Support]:
        """The frame with its fill, and where it may have changed."""
        request = self._request
        fill = fill_of(self._quadmask.values(frame.number))
        support = support_of(fill, frame.layout, feather=request.feather)
        patch = self._patches.take(frame.number - request.clip_range.start)
        if support.bounds.area:
            frame = _filled(frame, patch, support, request, self._grain)
            self._media.shares[frame.number] = self._no_source(frame.number, patch)
        return frame, support

    def _no_source(self, number: int, patch: FetchedPatch | None) -> float:
        """The share of a frame's filled canvas pixels that no frame of the clip shows."""
        if patch is None or not patch.unseen:
            return 0.0
        canvas = canvas_quadmask(self._request.framing, self._quadmask.values(number))
        return min(1.0, patch.unseen / max(1, int(np.count_nonzero(fill_of(canvas)))))


def _paths(staged: StagedVersion, request: RenderRequest, plate: PlateRef) -> FinishedMedia:
    def path(product: str, suffix: str) -> Path:
        return staged.folder / (staged.stem(product) + suffix)

    deliveries = {
        name: path(name.lower(), DeliveryKind(name).suffix) for name in request.deliveries
    }
    master = path("master", master_suffix(plate))
    return FinishedMedia(master, deliveries, path("support", ".mkv"), path("quadmask", ".mkv"))


class _Patches:
    """Patches by clip index, taken in order."""

    def __init__(self, fetched: Iterator[FetchedPatch]) -> None:
        self._fetched = fetched
        self._next = next(fetched, None)

    def take(self, index: int) -> FetchedPatch | None:
        """The patch of this frame, None when it has none."""
        while self._next is not None and self._next.index < index:
            self._next = next(self._fetched, None)
        patch = self._next
        if patch is None or patch.index != index:
            return None
        self._next = next(self._fetched, None)
        return patch


class _Writers:
    """Master and deliveries, encoded side by side, one frame at a time.

    The support is written after them: one encoder less in memory beside the large ones.
    """

    def __init__(
        self,
        stack: ExitStack,
        media: FinishedMedia,
        plate: PlateRef,
        first: int,
        *,
        with_sound: bool,
    ) -> None:
        self._pool = stack.enter_context(ThreadPoolExecutor(2, thread_name_prefix="encode"))
        self._pictures: list[FrameWriter] = []
        self._waiting: list[Future[None]] = []
        stack.callback(self._abort)
        self._open_pictures(media, plate, first, Sound(plate.location) if with_sound else None)

    def _open_pictures(
        self, media: FinishedMedia, plate: PlateRef, first: int, sound: Sound | None
    ) -> None:
        """The sound goes into the first delivery, or the master where there is none."""
        for name, path in media.deliveries.items():
            kind = DeliveryKind(name)
            self._pictures.append(open_delivery(path, plate, kind, first_frame=first, sound=sound))
            sound = None
        self._pictures.append(open_master(media.master, plate, first_frame=first, sound=sound))

    def write(self, frame: Frame) -> None:
        """Encode one frame into every file; waits for the frame before."""
        self._settle()
        self._waiting = [self._pool.submit(writer.write, frame) for writer in self._pictures]

    def finish(self) -> None:
        """Put every file in place."""
        self._settle()
        for writer in self._pictures:
            writer.finish()

    def _settle(self) -> None:
        waiting, self._waiting = self._waiting, []
        wait(waiting)
        for future in waiting:
            future.result()

    def _abort(self) -> None:
        for future in self._waiting:
            future.cancel()
        wait(self._waiting)
        for writer in self._pictures:
            writer.abort()


def _grain(
    runner: Runner,
    manifest: ResultManifest,
    request: RenderRequest,
    plate: PlateRef,
    quadmask: Quadmask,
) -> GrainModel | None:
    """What the fill lacks in grain, from a few frames spread over the shot."""
    if request.grain_seed is None or not manifest.patches:
        return None
    picked = _spread(manifest, _GRAIN_SAMPLES)
    first = request.clip_range.start
    with closing(reopen_plate(plate)) as reader:
        return measure_grain(
            [
                _sample(reader, first + patch.index, patch, request, quadmask)
                for patch in fetch_patches(runner, picked, request.framing, len(request.clip_range))
            ]
        )


def _sample(
    reader: PlateReader,
    number: int,
    patch: FetchedPatch,
    request: RenderRequest,
    quadmask: Quadmask,
) -> GrainSample:
    frame = reader.read(number)
    fill = fill_of(quadmask.values(number))
    support = support_of(fill, frame.layout, feather=request.feather)
    return grain_sample(frame, patch.rect, patch.pixels, support)


def _spread(manifest: ResultManifest, count: int) -> ResultManifest:
    entries: Sequence[int] = np.unique(
        np.linspace(0, len(manifest.patches) - 1, count).astype(int)
    ).tolist()
    chosen = tuple(manifest.patches[index] for index in entries)
    return ResultManifest(manifest.build, manifest.device, chosen)


def _filled(
    frame: Frame,
    patch: FetchedPatch | None,
    support: Support,
    request: RenderRequest,
    grain: GrainModel | None,
) -> Frame:
    """The frame with its patch, grain and all; raises BadInput when the patch does not reach."""
    if patch is None:
        raise BadInput(f"the worker sent no patch for frame {frame.number}")
    if support.bounds.intersect(patch.rect) != support.bounds:
        raise BadInput(
            f"the patch of frame {frame.number} ends inside the feather",
            hint="use a smaller --feather",
        )
    rect, pixels = trim_patch(patch.rect, patch.pixels, support)
    if grain is not None and request.grain_seed is not None:
        pixels = regrain(pixels, rect, grain, frame=frame.number, seed=request.grain_seed)
    return composite(frame, rect, pixels, support)
