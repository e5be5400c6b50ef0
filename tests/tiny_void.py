"""A tiny VOID model with random weights, in the real one's files; its pictures mean nothing."""

import io
import json
from pathlib import Path

import torch
from diffusers import AutoencoderKLCogVideoX, CogVideoXTransformer3DModel
from safetensors.torch import save_file
from transformers import T5Config, T5EncoderModel

TRANSFORMER = {
    "num_attention_heads": 2,
    "attention_head_dim": 16,
    "num_layers": 2,
    "in_channels": 33,
    "out_channels": 16,
    "patch_size": 2,
    "patch_size_t": 2,
    "patch_bias": False,
    "text_embed_dim": 16,
    "time_embed_dim": 8,
    "sample_width": 680,
    "sample_height": 384,
    "sample_frames": 85,
    "use_rotary_positional_embeddings": True,
}
SCHEDULER = {
    "_class_name": "CogVideoXDDIMScheduler",
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "clip_sample": False,
    "num_train_timesteps": 1000,
    "prediction_type": "v_prediction",
    "rescale_betas_zero_snr": True,
    "set_alpha_to_one": True,
    "snr_shift_scale": 1.0,
    "steps_offset": 0,
    "timestep_spacing": "trailing",
}
_SENTENCES = ("an empty street", "a lime falls on the table", "two pillows on a bed", "no people")


def make_tiny_void(folder: Path) -> Path:
    """Base model in `folder`, `void_pass1.safetensors` and `void_pass2.safetensors` beside it."""
    torch.manual_seed(7)
    CogVideoXTransformer3DModel(**TRANSFORMER).save_pretrained(folder / "transformer")
    _noted(folder / "transformer" / "config.json", add_noise_in_inpaint_model=True)
    for model_pass in (1, 2):
        adapted = CogVideoXTransformer3DModel(**{**TRANSFORMER, "in_channels": 48})
        save_file(adapted.state_dict(), folder / f"void_pass{model_pass}.safetensors")
    AutoencoderKLCogVideoX(
        down_block_types=("CogVideoXDownBlock3D",) * 4,
        up_block_types=("CogVideoXUpBlock3D",) * 4,
        block_out_channels=(4, 4, 8, 8),
        layers_per_block=1,
        norm_num_groups=2,
        latent_channels=16,
        scaling_factor=0.7,
    ).save_pretrained(folder / "vae")
    config = T5Config(
        vocab_size=128,
        d_model=16,
        d_kv=8,
        d_ff=32,
        num_layers=1,
        num_heads=2,
        feed_forward_proj="gated-gelu",
    )
    T5EncoderModel(config).save_pretrained(folder / "text_encoder")
    (folder / "scheduler").mkdir()
    (folder / "scheduler" / "scheduler_config.json").write_text(json.dumps(SCHEDULER))
    _make_tokenizer(folder / "tokenizer")
    return folder


def make_tiny_weights(root: Path) -> Path:
    """The tiny model where an engine looks for the real one, under `root`."""
    base = make_tiny_void(root / "CogVideoX-Fun-V1.5-5b-InP")
    (root / "void-model").mkdir()
    for number in (1, 2):
        name = f"void_pass{number}.safetensors"
        (base / name).rename(root / "void-model" / name)
    return root


def _make_tokenizer(folder: Path) -> None:
    import sentencepiece

    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(_SENTENCES),
        model_writer=written,
        vocab_size=48,
        hard_vocab_limit=False,
        pad_id=0,
        eos_id=1,
        unk_id=2,
        bos_id=-1,
        minloglevel=2,
    )
    folder.mkdir()
    (folder / "spiece.model").write_bytes(written.getvalue())
    settings = {"tokenizer_class": "T5Tokenizer", "extra_ids": 0, "model_max_length": 226}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))


def _noted(path: Path, **facts: object) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **facts}))
