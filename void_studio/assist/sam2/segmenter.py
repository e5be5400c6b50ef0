"""SAM 2.1 as segmenters: one for every size, one for a checkpoint of Meta's own release.

That the weights are there is found out without torch, which is imported when a session opens.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from void_studio.assist.protocol import FrameSource, Say, SegmenterSession, silent
from void_studio.assist.sam2.places import PACKAGE_ID, find_checkpoint, find_folder
from void_studio.core import FrameRange

if TYPE_CHECKING:
    from void_studio.assist.sam2.model import Model

__all__ = ["Sam2BasePlus", "Sam2Large", "Sam2Package", "Sam2Small", "Sam2Tiny"]


class _Segmenter:
    """The model is loaded when the first session opens, and kept for the next ones."""

    def __init__(self, id_: str, load: Callable[[Any], Model]) -> None:
        self.id = id_
        self._load = load
        self._model: Model | None = None

    def open(
        self, source: FrameSource, frames: FrameRange, *, say: Say = silent
    ) -> SegmenterSession:
        """A session; on the CPU where no GPU has the memory for it, which is said."""
        from void_studio.assist.sam2.opening import chosen_device, open_safely

        if self._model is None:
            self._model = self._load(chosen_device(say))

        def on_cpu(cpu: Any) -> Model:
            self._model = self._load(cpu)
            return self._model

        return open_safely(self._model, on_cpu, self.id, source, frames, say)


class _Hugging(_Segmenter):
    def __init__(self, name: str) -> None:
        folder = find_folder(name)

        def load(device: Any) -> Model:
            from void_studio.assist.sam2.hugging import HuggingModel
            from void_studio.assist.sam2.opening import chosen_type

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

        def load(device: Any) -> Model:
            from void_studio.assist.sam2.opening import chosen_type
            from void_studio.assist.sam2.package import PackageModel

            return PackageModel(checkpoint, device, chosen_type(device))

        super().__init__(PACKAGE_ID, load)
