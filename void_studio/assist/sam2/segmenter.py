"""SAM 2.1 as segmenters: one for every size, one for a checkpoint of Meta's own release."""

from __future__ import annotations

from collections.abc import Callable

import torch

from void_studio.assist.protocol import FrameSource, Say, SegmenterSession, silent
from void_studio.assist.sam2.fallback import FallbackSession
from void_studio.assist.sam2.model import Model, chosen_device, chosen_type
from void_studio.assist.sam2.places import PACKAGE_ID, find_checkpoint, find_folder
from void_studio.assist.sam2.tracker import Encoded, Sam2Tracker
from void_studio.assist.session import TrackingSession
from void_studio.core import FrameRange

__all__ = ["Sam2BasePlus", "Sam2Large", "Sam2Package", "Sam2Small", "Sam2Tiny", "open_session"]


class _Segmenter:
    """The model is loaded when the first session opens, and kept for the next ones."""

    def __init__(self, id_: str, load: Callable[[torch.device], Model]) -> None:
        self.id = id_
        self._load = load
        self._model: Model | None = None

    def open(
        self, source: FrameSource, frames: FrameRange, *, say: Say = silent
    ) -> SegmenterSession:
        """A session; on the CPU where no GPU has the memory for it, which is said."""
        if self._model is None:
            self._model = self._load(chosen_device(say))
        model = self._model

        def on_cpu() -> TrackingSession:
            say("the GPU has no memory left: the session goes on on the CPU, some seconds a frame")
            self._model = self._load(torch.device("cpu"))
            return open_session(self._model, self.id, source, frames)

        return FallbackSession(open_session(model, self.id, source, frames), on_cpu)


def open_session(
    model: Model, id_: str, source: FrameSource, frames: FrameRange
) -> TrackingSession:
    """A session of a loaded model."""
    encoded = Encoded(model, frames)
    return TrackingSession(
        source, frames, id_, lambda reader: Sam2Tracker(encoded, reader), encoded.of
    )


class _Hugging(_Segmenter):
    def __init__(self, name: str) -> None:
        folder = find_folder(name)

        def load(device: torch.device) -> Model:
            from void_studio.assist.sam2.hugging import HuggingModel

            return HuggingModel(folder, device, chosen_type(device))

        super().__init__(name, load)


class Sam2Tiny(_Hugging):
    """facebook/sam2.1-hiera-tiny."""

    def __init__(self) -> None:
        super().__init__("sam2.1-hiera-tiny")


class Sam2Small(_Hugging):
    """facebook/sam2.1-hiera-small."""

    def __init__(self) -> None:
        super().__init__("sam2.1-hiera-small")


class Sam2BasePlus(_Hugging):
    """facebook/sam2.1-hiera-base-plus."""

    def __init__(self) -> None:
        super().__init__("sam2.1-hiera-base-plus")


class Sam2Large(_Hugging):
    """facebook/sam2.1-hiera-large."""

    def __init__(self) -> None:
        super().__init__("sam2.1-hiera-large")


class Sam2Package(_Segmenter):
    """The checkpoint that VOID_STUDIO_SAM2_CHECKPOINT names, by Meta's own code."""

    def __init__(self) -> None:
        checkpoint = find_checkpoint()

        def load(device: torch.device) -> Model:
            from void_studio.assist.sam2.package import PackageModel

            return PackageModel(checkpoint, device, chosen_type(device))

        super().__init__(PACKAGE_ID, load)
