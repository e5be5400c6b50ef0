"""SAM 2.1 of Meta's own package, put together for given sizes.

The numbers are those of the package's sam2.1_hiera_*.yaml with the overrides of its
`build_sam2_video_predictor`; built here, because a configuration that names classes to make is
code.
"""

from __future__ import annotations

from typing import Any

import torch
from sam2.modeling.backbones.hieradet import Hiera
from sam2.modeling.backbones.image_encoder import FpnNeck, ImageEncoder
from sam2.modeling.memory_attention import MemoryAttention, MemoryAttentionLayer
from sam2.modeling.memory_encoder import CXBlock, Fuser, MaskDownSampler, MemoryEncoder
from sam2.modeling.position_encoding import PositionEmbeddingSine
from sam2.modeling.sam.transformer import RoPEAttention
from sam2.sam2_video_predictor import SAM2VideoPredictor

from void_studio.assist.sam2.sizes import Sizes

__all__ = ["Predictor", "build_predictor"]

_WIDTH, _MEMORY_WIDTH, _STRIDE = 256, 64, 16


class Predictor(SAM2VideoPredictor):
    """The package's predictor, one frame at a time and without a progress bar for each."""

    @torch.inference_mode()
    def tracked(self, state: dict[str, Any], index: int, *, reverse: bool) -> dict[str, Any]:
        """The one object of `state` in a frame from what is remembered of it."""
        output, _ = self._run_single_frame_inference(
            inference_state=state,
            output_dict=state["output_dict_per_obj"][0],
            frame_idx=index,
            batch_size=1,
            is_init_cond_frame=False,
            point_inputs=None,
            mask_inputs=None,
            reverse=reverse,
            run_mem_encoder=True,
        )
        found: dict[str, Any] = output
        return found


def build_predictor(sizes: Sizes) -> Predictor:
    """A predictor with random weights."""
    return Predictor(
        image_encoder=_image_encoder(sizes),
        memory_attention=_memory_attention(sizes.image_size // _STRIDE),
        memory_encoder=_memory_encoder(),
        image_size=sizes.image_size,
        num_maskmem=7,
        sigmoid_scale_for_mem_enc=20.0,
        sigmoid_bias_for_mem_enc=-10.0,
        binarize_mask_from_pts_for_mem_enc=True,
        use_mask_input_as_output_without_sam=True,
        directly_add_no_mem_embed=True,
        no_obj_embed_spatial=True,
        use_high_res_features_in_sam=True,
        multimask_output_in_sam=True,
        multimask_output_for_tracking=True,
        use_multimask_token_for_obj_ptr=True,
        multimask_min_pt_num=0,
        multimask_max_pt_num=1,
        iou_prediction_use_sigmoid=True,
        use_obj_ptrs_in_encoder=True,
        add_tpos_enc_to_obj_ptrs=True,
        proj_tpos_enc_in_obj_ptrs=True,
        use_signed_tpos_enc_to_obj_ptrs=True,
        only_obj_ptrs_in_the_past_for_eval=True,
        pred_obj_scores=True,
        pred_obj_scores_mlp=True,
        fixed_no_obj_ptr=True,
        use_mlp_for_obj_ptr_proj=True,
        sam_mask_decoder_extra_args={
            "dynamic_multimask_via_stability": True,
            "dynamic_multimask_stability_delta": 0.05,
            "dynamic_multimask_stability_thresh": 0.98,
        },
    )


def _image_encoder(sizes: Sizes) -> ImageEncoder:
    trunk = Hiera(
        embed_dim=sizes.embed_dim,
        num_heads=sizes.num_heads,
        stages=sizes.stages,
        global_att_blocks=sizes.global_att_blocks,
        window_pos_embed_bkg_spatial_size=sizes.window_pos_embed_bkg_spatial_size,
        window_spec=sizes.window_spec,
    )
    neck = FpnNeck(
        position_encoding=_positions(_WIDTH),
        d_model=_WIDTH,
        backbone_channel_list=[sizes.embed_dim * factor for factor in (8, 4, 2, 1)],
        fpn_top_down_levels=[2, 3],
        fpn_interp_model="nearest",
    )
    return ImageEncoder(trunk=trunk, neck=neck, scalp=1)


def _memory_attention(side: int) -> MemoryAttention:
    layer = MemoryAttentionLayer(
        activation="relu",
        dim_feedforward=2048,
        dropout=0.1,
        pos_enc_at_attn=False,
        self_attention=_rope(side),
        d_model=_WIDTH,
        pos_enc_at_cross_attn_keys=True,
        pos_enc_at_cross_attn_queries=False,
        cross_attention=_rope(side, rope_k_repeat=True, kv_in_dim=_MEMORY_WIDTH),
    )
    return MemoryAttention(d_model=_WIDTH, pos_enc_at_input=True, layer=layer, num_layers=4)


def _rope(side: int, **more: Any) -> RoPEAttention:
    return RoPEAttention(
        rope_theta=10000.0,
        feat_sizes=(side, side),
        embedding_dim=_WIDTH,
        num_heads=1,
        downsample_rate=1,
        dropout=0.1,
        **more,
    )


def _memory_encoder() -> MemoryEncoder:
    block = CXBlock(
        dim=_WIDTH, kernel_size=7, padding=3, layer_scale_init_value=1e-6, use_dwconv=True
    )
    return MemoryEncoder(
        out_dim=_MEMORY_WIDTH,
        position_encoding=_positions(_MEMORY_WIDTH),
        mask_downsampler=MaskDownSampler(kernel_size=3, stride=2, padding=1),
        fuser=Fuser(layer=block, num_layers=2),
    )


def _positions(width: int) -> PositionEmbeddingSine:
    return PositionEmbeddingSine(num_pos_feats=width, normalize=True, scale=None, temperature=10000)
