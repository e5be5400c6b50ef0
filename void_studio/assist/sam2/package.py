"""SAM 2.1 by Meta's own `sam2` package, from a .pt checkpoint of its release."""

from __future__ import annotations

import pickle
import warnings
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from void_studio.assist.sam2.build import Predictor, build_predictor
from void_studio.assist.sam2.model import Found
from void_studio.assist.sam2.pixels import matte_tensor, pixel_tensor
from void_studio.assist.sam2.pruning import Conditions, drop_older
from void_studio.assist.sam2.sizes import sizes_of
from void_studio.core import BadInput

__all__ = ["PackageModel"]

_OBJECT = 1
_FIRST_LAYER = "image_encoder.trunk.patch_embed.proj.weight"
_BLOCK = "image_encoder.trunk.blocks."


class PackageModel:
    """Loaded once, used by one thread."""

    def __init__(self, checkpoint: Path, device: torch.device, dtype: torch.dtype) -> None:
        """Load it. Raises BadInput when the file is no SAM 2.1 checkpoint of plain tensors."""
        self._name = checkpoint.stem
        self._device = device
        self._type = dtype
        self._predictor = _loaded(checkpoint).to(device).eval()
        self._positions: list[torch.Tensor] | None = None

    @property
    def name(self) -> str:
        """The checkpoint's name."""
        return self._name

    @property
    def side(self) -> int:
        """Samples on each side of the frame that it sees."""
        return int(self._predictor.image_size)

    @torch.inference_mode()
    def encode(self, rgb: npt.NDArray[np.uint8]) -> dict[str, Any]:
        """Image features; the position encoding, equal for all frames, is kept once."""
        pixels = pixel_tensor(rgb, self.side, self._device)[None]
        with self.casting():
            found = self._predictor.forward_image(pixels)
        if self._positions is None:
            self._positions = list(found["vision_pos_enc"])
        return {"backbone_fpn": found["backbone_fpn"], "vision_pos_enc": self._positions}

    def memory(self, count: int) -> _Memory:
        """An object in a shot of `count` frames."""
        return _Memory(self, self._predictor, _new_state(count, self.side, self._device))

    def casting(self) -> torch.autocast:
        """For what runs in bf16: the package keeps its weights in fp32 and casts as it goes."""
        enabled = self._type is torch.bfloat16
        return torch.autocast(self._device.type, torch.bfloat16, enabled=enabled)


class _Memory:
    def __init__(self, model: PackageModel, predictor: Predictor, state: dict[str, Any]) -> None:
        self._model = model
        self._predictor = predictor
        self._state = state
        self._conditions = Conditions()

    def prompt_points(
        self, index: int, features: Any, points: list[tuple[float, float]], labels: list[int]
    ) -> Found:
        self._make_new(index, features)
        with self._model.casting():
            self._predictor.add_new_points_or_box(
                self._state, index, _OBJECT, points=points, labels=labels
            )
            return self._prompted(index)

    def prompt_matte(self, index: int, features: Any, matte: npt.NDArray[np.bool_]) -> Found:
        self._make_new(index, features)
        values = matte_tensor(matte, self._model.side, self._state["device"])
        with self._model.casting():
            self._predictor.add_new_mask(self._state, index, _OBJECT, values[0, 0] > 0)
            return self._prompted(index)

    def forget(self, index: int) -> None:
        self._conditions.forget(index)

    def begin(self) -> None:
        for outputs in self._state["output_dict_per_obj"].values():
            outputs["non_cond_frame_outputs"].clear()

    def step(self, index: int, features: Any, *, reverse: bool) -> Found:
        outputs = self._state["output_dict_per_obj"][0]
        outputs["cond_frame_outputs"] = self._conditions.near(index)
        self._hand_over(index, features)
        with self._model.casting():
            output = self._predictor.tracked(self._state, index, reverse=reverse)
        outputs["non_cond_frame_outputs"][index] = output
        drop_older(outputs["non_cond_frame_outputs"], index)
        return _found(output)

    def _hand_over(self, index: int, features: Any) -> None:
        """Features in place of a frame, whose pixels the predictor then has no use for."""
        no_pixels = torch.zeros(1, 1, 1, 1, device=self._state["device"])
        self._state["cached_features"] = {index: (no_pixels, features)}

    def _make_new(self, index: int, features: Any) -> None:
        for name in ("point_inputs_per_obj", "mask_inputs_per_obj", "frames_tracked_per_obj"):
            for frames in self._state[name].values():
                frames.clear()
        for outputs in self._state["output_dict_per_obj"].values():
            outputs["cond_frame_outputs"].clear()
        self.begin()
        self.forget(index)
        self._hand_over(index, features)

    def _prompted(self, index: int) -> Found:
        self._predictor.propagate_in_video_preflight(self._state)
        output = self._state["output_dict_per_obj"][0]["cond_frame_outputs"][index]
        self._conditions.add(index, output)
        return _found(output)


def _found(output: dict[str, Any]) -> Found:
    presence = float(output["object_score_logits"].flatten()[0])
    return Found(output["pred_masks"][0, 0].float(), presence)


def _new_state(count: int, side: int, device: torch.device) -> dict[str, Any]:
    """What the predictor's `init_state` makes, without frames."""
    return {
        "images": (),
        "num_frames": count + 2,
        "offload_video_to_cpu": False,
        "offload_state_to_cpu": False,
        "video_height": side,
        "video_width": side,
        "device": device,
        "storage_device": device,
        "point_inputs_per_obj": {},
        "mask_inputs_per_obj": {},
        "cached_features": {},
        "constants": {},
        "obj_id_to_idx": OrderedDict(),
        "obj_idx_to_id": OrderedDict(),
        "obj_ids": [],
        "output_dict_per_obj": {},
        "temp_output_dict_per_obj": {},
        "frames_tracked_per_obj": {},
    }


def _loaded(checkpoint: Path) -> Predictor:
    weights = _weights(checkpoint)
    blocks = {key[len(_BLOCK) :].split(".")[0] for key in weights if key.startswith(_BLOCK)}
    predictor = build_predictor(sizes_of(checkpoint, weights[_FIRST_LAYER].shape[0], len(blocks)))
    try:
        predictor.load_state_dict(weights)
    except RuntimeError as error:
        raise _not_one(checkpoint, "its weights do not fit SAM 2.1") from error
    return predictor


def _weights(checkpoint: Path) -> dict[str, torch.Tensor]:
    """The tensors in the file, which is read without running anything in it."""
    try:
        with warnings.catch_warnings(action="ignore"):  # what it warns of is refused below
            found = torch.load(checkpoint, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise _not_one(checkpoint, "it holds more than tensors, or is damaged") from error
    weights = found.get("model") if isinstance(found, dict) else None
    if not isinstance(weights, dict) or not isinstance(weights.get(_FIRST_LAYER), torch.Tensor):
        raise _not_one(checkpoint, "it holds another model")
    return weights


def _not_one(checkpoint: Path, why: str) -> BadInput:
    return BadInput(
        f"this is no SAM 2.1 checkpoint: {why}",
        where=checkpoint,
        hint="use a sam2.1_hiera_*.pt of Meta's release",
    )
