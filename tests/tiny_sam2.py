"""Tiny SAM 2.1 models with random weights, of the real classes; their mattes mean nothing.

One set of weights is written for both back ends: a checkpoint as Meta's, a folder as Hugging
Face's.
"""

import json
import re
from dataclasses import asdict
from pathlib import Path

import torch
from transformers import Sam2VideoConfig, Sam2VideoModel

from void_studio.assist.sam2.build import build_predictor
from void_studio.assist.sam2.sizes import Sizes

SIZES = Sizes(16, 1, (1, 1, 2, 1), (3,), window_spec=(8, 4, 4, 4), image_size=256)
_PLACES = (
    (r"^sam_prompt_encoder\.", "prompt_encoder."),
    (r"^sam_mask_decoder\.", "mask_decoder."),
    (r"^image_encoder\.trunk\.", "vision_encoder.backbone."),
    (r"^image_encoder\.neck\.convs\.(\d+)\.conv\.", r"vision_encoder.neck.convs.\1."),
    (r"patch_embed\.proj\.", "patch_embed.projection."),
    (r"pe_layer\.positional_encoding_gaussian_matrix", "shared_embedding.positional_embedding"),
    (r"not_a_point_embed", "NOT_A_POINT"),
    (r"mask_downscaling\.0", "mask_embed.conv1"),
    (r"mask_downscaling\.1", "mask_embed.layer_norm1"),
    (r"mask_downscaling\.3", "mask_embed.conv2"),
    (r"mask_downscaling\.4", "mask_embed.layer_norm2"),
    (r"mask_downscaling\.6", "mask_embed.conv3"),
    (r"output_upscaling\.0", "upscale_conv1"),
    (r"output_upscaling\.1", "upscale_layer_norm"),
    (r"output_upscaling\.3", "upscale_conv2"),
    (r"norm_final_attn", "layer_norm_final_attn"),
    (r"\.norm(\d*)\.", r".layer_norm\1."),
    (r"out_proj\.", "o_proj."),
    (r"^memory_encoder\.o_proj\.", "memory_encoder.projection."),
    (r"^memory_encoder\.pix_feat_proj\.", "memory_encoder.feature_projection."),
    (r"fuser\.", "memory_fuser."),
    (r"dwconv", "depthwise_conv"),
    (r"pwconv", "pointwise_conv"),
    (r"gamma", "scale"),
    (r"cross_attn_image\.", "cross_attn_image."),
    (r"^maskmem_tpos_enc", "memory_temporal_positional_encoding"),
    (r"^no_mem_embed", "no_memory_embedding"),
    (r"^no_mem_pos_enc", "no_memory_positional_encoding"),
    (r"^no_obj_ptr", "no_object_pointer"),
    (r"^no_obj_embed_spatial", "occlusion_spatial_embedding_parameter"),
    (r"^obj_ptr_tpos_proj", "temporal_positional_encoding_projection_layer"),
    (r"^obj_ptr_proj", "object_pointer_proj"),
    (r"NOT_A_POINT", "not_a_point_embed"),
)
_PERCEPTRONS = re.compile(
    r"(.*(?:blocks\.\d+\.mlp|iou_prediction_head|pred_obj_score_head|object_pointer_proj"
    r"|output_hypernetworks_mlps\.\d+|transformer\.layers\.\d+\.mlp))\.layers\.(\d+)\.(.*)"
)


def make_tiny_sam2(folder: Path) -> tuple[Path, Path]:
    """The checkpoint and the Hugging Face folder, in `folder`, of the same random weights."""
    torch.manual_seed(11)
    predictor = build_predictor(SIZES)
    for name, weight in predictor.named_parameters():
        if not weight.any():
            torch.nn.init.normal_(weight, std=0.02)
        if name.startswith("sam_mask_decoder.pred_obj_score_head.layers.2.bias"):
            torch.nn.init.constant_(weight, 4.0)
        if name.startswith("sam_mask_decoder.output_upscaling.3.weight"):
            weight.data *= 30
    weights = {key: value.clone() for key, value in predictor.state_dict().items()}
    checkpoint = folder / "sam2.1_tiny.pt"
    torch.save({"model": weights}, checkpoint)
    checkpoint.with_suffix(".json").write_text(json.dumps(asdict(SIZES)))
    return checkpoint, _as_hugging(weights, folder / "sam2.1-hiera-tiny")


def _as_hugging(weights: dict[str, torch.Tensor], folder: Path) -> Path:
    model = Sam2VideoModel(_config())
    wanted = model.state_dict()
    renamed = _renamed(weights)
    shared = "prompt_encoder.shared_embedding.positional_embedding"
    renamed["shared_image_embedding.positional_embedding"] = renamed[shared].clone()
    missing = sorted(wanted.keys() - renamed.keys())
    extra = sorted(renamed.keys() - wanted.keys())
    assert not missing, (missing, extra)
    assert not extra, extra
    model.load_state_dict(renamed)
    model.save_pretrained(folder)
    return folder


def _renamed(weights: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    points = [weights.pop(f"sam_prompt_encoder.point_embeddings.{n}.weight") for n in range(4)]
    renamed = {_name(key): value for key, value in weights.items()}
    return {**renamed, "prompt_encoder.point_embed.weight": torch.cat(points)}


def _name(key: str) -> str:
    for pattern, replacement in _PLACES:
        key = re.sub(pattern, replacement, key)
    if found := re.fullmatch(r"(.*mask_downsampler)\.encoder\.(\d+)\.(.*)", key):
        place, number, rest = found[1], int(found[2]), found[3]
        part = f"layers.{number // 3}.{('conv', 'layer_norm')[number % 3]}"
        key = f"{place}.{'final_conv' if number == 12 else part}.{rest}"
    if found := _PERCEPTRONS.fullmatch(key):
        place, number, rest = found[1], int(found[2]), found[3]
        last = 1 if ".mlp" in place else 2
        layer = {0: "proj_in", last: "proj_out"}.get(number, f"layers.{number - 1}")
        key = f"{place}.{layer}.{rest}"
    return key


def _config() -> Sam2VideoConfig:
    dims = [SIZES.embed_dim * factor for factor in (1, 2, 4, 8)]
    side = SIZES.image_size // 16
    backbone = {
        "model_type": "sam2_hiera_det_model",
        "hidden_size": SIZES.embed_dim,
        "num_attention_heads": SIZES.num_heads,
        "image_size": [SIZES.image_size] * 2,
        "blocks_per_stage": list(SIZES.stages),
        "embed_dim_per_stage": dims,
        "num_attention_heads_per_stage": [SIZES.num_heads * factor for factor in (1, 2, 4, 8)],
        "window_size_per_stage": list(SIZES.window_spec),
        "global_attention_blocks": list(SIZES.global_att_blocks),
    }
    vision = {
        "model_type": "sam2_vision_model",
        "backbone_config": backbone,
        "backbone_channel_list": dims[::-1],
        "backbone_feature_sizes": [[side * 4] * 2, [side * 2] * 2, [side] * 2],
    }
    return Sam2VideoConfig(
        vision_config=vision,
        prompt_encoder_config={"image_size": SIZES.image_size},
        image_size=SIZES.image_size,
        memory_attention_rope_feat_sizes=[side, side],
    )
