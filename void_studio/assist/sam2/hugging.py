"""SAM 2.1 by transformers' `Sam2VideoModel`, from a local folder in Hugging Face's layout."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors import SafetensorError
from transformers import Sam2VideoModel
from transformers.models.sam2_video.modeling_sam2_video import Sam2VideoInferenceSession

from void_studio.assist.sam2.model import Found
from void_studio.assist.sam2.pixels import matte_tensor, pixel_tensor
from void_studio.assist.sam2.pruning import Conditions, drop_older
from void_studio.core import BadInput

__all__ = ["HuggingModel"]

_OBJECT = 1
_FAULTS = (
    OSError,
    ValueError,
    RuntimeError,
    KeyError,
    TypeError,
    AttributeError,
    SafetensorError,
)


class HuggingModel:
    """Loaded once, used by one thread."""

    def __init__(self, folder: Path, device: torch.device, dtype: torch.dtype) -> None:
        """Load it. Raises BadInput when the folder holds another model or a damaged one."""
        self._name = folder.name
        self._device = device
        self._type = dtype
        self._model = _loaded(folder, dtype).to(device).eval()
        self._side = int(self._model.config.image_size)
        self._positions: list[torch.Tensor] | None = None

    @property
    def name(self) -> str:
        """The folder's name."""
        return self._name

    @property
    def side(self) -> int:
        """Samples on each side of the frame that it sees."""
        return self._side

    @torch.inference_mode()
    def encode(self, rgb: npt.NDArray[np.uint8]) -> dict[str, Any]:
        """Image features; the position encoding, equal for all frames, is kept once."""
        pixels = pixel_tensor(rgb, self._side, self._device).to(self._type)[None]
        found = self._model.get_image_features(pixels, return_dict=True)
        if self._positions is None:
            self._positions = list(found.fpn_position_encoding)
        return {
            "vision_feats": list(found.fpn_hidden_states),
            "vision_pos_embeds": self._positions,
        }

    def memory(self, count: int) -> _Memory:
        """An object in a shot of `count` frames."""
        session = _Session(count, self._side, self._device, self._type)
        return _Memory(self._model, session, self._side)


class _Features:
    """In place of the session's own cache: the features of the frame at hand."""

    def __init__(self) -> None:
        self.now: tuple[int, dict[str, Any]] | None = None

    def get_vision_features(self, frame_idx: int) -> dict[str, Any] | None:
        return self.now[1] if self.now and self.now[0] == frame_idx else None


class _Session(Sam2VideoInferenceSession):
    """A session that holds no frames: features are handed to it one frame at a time."""

    def __init__(self, count: int, side: int, device: torch.device, dtype: torch.dtype) -> None:
        super().__init__(
            video_height=side,
            video_width=side,
            inference_device=device,
            inference_state_device=device,
            video_storage_device=device,
            dtype=dtype,
        )
        self._count = count
        self.cache = _Features()
        self.obj_id_to_idx(_OBJECT)

    @property
    def num_frames(self) -> int:
        return self._count + 2


class _Memory:
    def __init__(self, model: Sam2VideoModel, session: _Session, side: int) -> None:
        self._model = model
        self._session = session
        self._side = side
        self._conditions = Conditions()

    def prompt_points(
        self, index: int, features: Any, points: list[tuple[float, float]], labels: list[int]
    ) -> Found:
        coordinates = torch.tensor(points, dtype=torch.float32)[None, None]
        inputs = {"point_coords": coordinates, "point_labels": torch.tensor(labels)[None, None]}
        inputs["point_coords"] = inputs["point_coords"].to(self._session.dtype)
        self._make_new(index)
        self._session.add_point_inputs(0, index, inputs)
        return self._prompted(index, features)

    def prompt_matte(self, index: int, features: Any, matte: npt.NDArray[np.bool_]) -> Found:
        self._make_new(index)
        values = matte_tensor(matte, self._side, self._session.inference_device)
        self._session.add_mask_inputs(0, index, values)
        return self._prompted(index, features)

    def forget(self, index: int) -> None:
        self._conditions.forget(index)

    def begin(self) -> None:
        self._outputs["non_cond_frame_outputs"].clear()

    def step(self, index: int, features: Any, *, reverse: bool) -> Found:
        self._outputs["cond_frame_outputs"] = self._conditions.near(index)
        found = self._run(index, features, reverse=reverse)
        drop_older(self._outputs["non_cond_frame_outputs"], index)
        return found

    @property
    def _outputs(self) -> dict[str, dict[int, Any]]:
        outputs: dict[str, dict[int, Any]] = self._session.output_dict_per_obj[0]
        return outputs

    def _make_new(self, index: int) -> None:
        self._session.point_inputs_per_obj[0].clear()
        self._session.mask_inputs_per_obj[0].clear()
        self._session.frames_tracked_per_obj[0].clear()
        self._outputs["cond_frame_outputs"].clear()
        self.begin()
        self.forget(index)
        self._session.obj_with_new_inputs = [_OBJECT]

    def _prompted(self, index: int, features: Any) -> Found:
        found = self._run(index, features, reverse=False)
        self._conditions.add(index, self._outputs["cond_frame_outputs"][index])
        return found

    @torch.inference_mode()
    def _run(self, index: int, features: Any, *, reverse: bool) -> Found:
        self._session.cache.now = (index, features)
        output = self._model(self._session, frame_idx=index, reverse=reverse)
        for frames in self._outputs.values():
            if index in frames:
                frames[index].pop("high_res_masks", None)
        presence = float(output.object_score_logits.flatten()[0])
        return Found(output.pred_masks[0, 0].float(), presence)


def _loaded(folder: Path, dtype: torch.dtype) -> Sam2VideoModel:
    try:
        model, report = Sam2VideoModel.from_pretrained(
            folder,
            local_files_only=True,
            use_safetensors=True,
            dtype=dtype,
            output_loading_info=True,
        )
    except _FAULTS as error:
        raise _not_one(folder, f"{type(error).__name__}") from error
    wrong = [*report["missing_keys"], *(key for key, *_ in report["mismatched_keys"])]
    if wrong:
        raise _not_one(folder, f"{len(wrong)} weights are missing or of a wrong size")
    return model


def _not_one(folder: Path, why: str) -> BadInput:
    return BadInput(
        f"this is no SAM 2.1 video model ({why})",
        where=folder,
        hint=f"fetch it again with: void-worker weights fetch {folder.name}",
    )
