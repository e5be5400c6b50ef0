"""Compare the VOID engine with a folder of tensors that the reference computed.

    python -m tests.golden.void_parity FOLDER

prints one line per tensor, and exits with 1 when one of them is too far away. Written for the
CPU and float32; another family of processors may differ in the last digits ("within").
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import safe_open

from void_studio.core import Extent
from void_studio.engine.void.denoise import denoise, initial_noise
from void_studio.engine.void.params import Noise, VoidParams, timesteps
from void_studio.engine.void.pipeline import VoidPipeline
from void_studio.engine.void.prepare import Span, mask_frames, noise_of, plate_frames
from void_studio.engine.void.schedulers import load_scheduler
from void_studio.engine.void.text import TextEncoder
from void_studio.engine.void.transformer import (
    adapt_projection,
    load_transformer,
    rotary,
)
from void_studio.engine.void.vae import load_vae
from void_studio.engine.void.walker import Guide, Walker
from void_studio.engine.void.warp import reference_noise
from void_studio.engine.void.windows import mirror_index, padded_length, plan_windows
from void_studio.media import CanvasClip, area_mean
from void_studio.quadmask import snap

_WITHIN = 1e-4
_WITHIN_U8 = 1
_F32 = torch.float32


@dataclass(frozen=True)
class Line:
    name: str
    difference: float
    is_u8: bool

    @property
    def verdict(self) -> str:
        if self.difference == 0:
            return "exact"
        return "within" if self.difference <= (_WITHIN_U8 if self.is_u8 else _WITHIN) else "FAILS"


class Golden:
    def __init__(self, path: Path) -> None:
        with safe_open(path, "pt") as opened:
            self.facts = dict(opened.metadata() or {})
            self.tensors = {key: opened.get_tensor(key) for key in list(opened.keys())}
        self.name = path.stem

    def __getitem__(self, key: str) -> torch.Tensor:
        return self.tensors[key]

    def __contains__(self, key: str) -> bool:
        return key in self.tensors

    def line(self, key: str, ours: Any, expected: torch.Tensor | None = None) -> Line:
        theirs = self[key] if expected is None else expected
        mine = torch.as_tensor(ours)
        if mine.shape != theirs.shape:
            return Line(f"{self.name}.{key}", float("inf"), False)
        largest = (mine.double() - theirs.double()).abs().max().item()
        return Line(f"{self.name}.{key}", largest, theirs.dtype == torch.uint8)

    def clip(self) -> CanvasClip:
        video, mask = self["video_u8"].numpy(), self["mask_u8"].numpy()
        return CanvasClip.from_arrays(list(video), list(mask))


def compare(folder: Path) -> Iterator[Line]:
    """A line per tensor of every golden file in `folder`."""
    torch.set_num_threads(2)
    with torch.inference_mode():
        yield from _padding(folder)
        for name, check in _CHECKS.items():
            if (folder / f"{name}.safetensors").is_file():
                yield from check(folder, Golden(folder / f"{name}.safetensors"))
        for path in sorted(folder.glob("pass*.safetensors")):
            yield from _run(folder, Golden(path))


def _padding(folder: Path) -> Iterator[Line]:
    told = json.loads((folder / "temporal_padding.json").read_text())
    for sizes, lengths in told["lengths_n1_to_220"].items():
        window, limit = map(int, sizes.split("_"))
        wrong = sum(
            max(window, min(padded_length(count, window), limit)) != length
            for count, length in enumerate(lengths, 1)
        )
        yield Line(f"temporal_padding.{sizes}", wrong and float("inf"), False)
    for sizes, maps in told["index_map"].items():
        wrong = sum(
            [mirror_index(index, int(count)) for index in range(len(frames))] != frames
            for count, frames in maps.items()
        )
        yield Line(f"temporal_padding.map_{sizes}", wrong and float("inf"), False)


def _prep(folder: Path, golden: Golden) -> Iterator[Line]:
    height, width = golden["input_video"].shape[-2:]
    video, mask = golden["native_video_u8"].numpy(), golden["native_mask_u8"].numpy()
    shown = [mirror_index(index, len(video)) for index in range(golden["input_video"].shape[2])]
    canvas = Extent(width, height)
    frames = [area_mean(frame.astype(np.float32) / 255, canvas) for frame in video]
    mattes = [255 - _quantised(area_mean(frame.astype(np.float32), canvas)) for frame in mask]
    ours = np.stack([frames[index] for index in shown]).transpose(3, 0, 1, 2)[None]
    yield golden.line("input_video", ours)
    yield golden.line("input_mask_x255", np.stack([mattes[index] for index in shown])[None, None])


def _quantised(values: np.ndarray) -> np.ndarray:
    return snap(values)[0]


def _value_ramp(folder: Path, golden: Golden) -> Iterator[Line]:
    yield golden.line("quadmask", 255 - _quantised(np.arange(256, dtype=np.float32)[None])[0])


def _projection(folder: Path, golden: Golden) -> Iterator[Line]:
    base, given = golden["base_33ch"], golden["ckpt_33ch"]
    yield golden.line("after_base_load_48ch", adapt_projection(base, base))
    yield golden.line("after_ckpt_load_48ch", adapt_projection(base, given))


def _text(folder: Path, golden: Golden) -> Iterator[Line]:
    text = TextEncoder.load(folder / "tiny_model", dtype=_F32)
    for name in sorted(key.removesuffix("_ids") for key in golden.tensors if key.endswith("_ids")):
        prompt = golden.facts.get(name, "")
        yield golden.line(f"{name}_ids", text.ids(prompt))
        yield golden.line(f"{name}_embeds", text.encode(prompt))


def _vae(folder: Path, golden: Golden) -> Iterator[Line]:
    vae = load_vae(folder / "tiny_model" / "vae", dtype=_F32)
    for key, given in sorted(golden.tensors.items()):
        if key.startswith("dec_in"):
            yield golden.line(key.replace("in", "out"), vae.decode(given).sample)
        if key.startswith("enc_in"):
            latents = vae.encode_stream(_part_of(given), given.shape[2])
            scaled = golden[key.replace("in", "mode")] * vae.config.scaling_factor
            yield golden.line(key.replace("in", "mode"), latents, scaled)


def _part_of(frames: torch.Tensor) -> Any:
    return lambda begin, end: frames[:, :, begin:end]


def _transformer(folder: Path, golden: Golden) -> Iterator[Line]:
    model = _model(folder, "void_pass1")
    for case in sorted(key.removesuffix("_out") for key in golden.tensors if key.endswith("_out")):
        latents = golden[f"{case}_latents"]
        cos, sin = rotary(model, latents.shape[1], *latents.shape[3:])
        yield golden.line(f"{case}_cos", cos)
        yield golden.line(f"{case}_sin", sin)
        out = model(
            hidden_states=torch.cat([latents, golden[f"{case}_inpaint"]], dim=2),
            encoder_hidden_states=golden[f"{case}_text"],
            timestep=golden[f"{case}_timestep"],
            image_rotary_emb=(cos, sin),
            return_dict=False,
        )[0]
        yield golden.line(f"{case}_out", out)


def _scheduler(folder: Path, golden: Golden) -> Iterator[Line]:
    for kind, model_pass in (("ddim", 1), ("cog", 2)):
        scheduler = load_scheduler(folder / "tiny_model", model_pass=model_pass)
        yield golden.line(f"{kind}_alphas_cumprod_f64", scheduler.alphas_cumprod)
        for key in sorted(golden.tensors):
            if key.startswith(f"{kind}_timesteps_"):
                steps = int(key.rpartition("_")[2])
                scheduler.set_timesteps(steps)
                yield golden.line(key, scheduler.timesteps)
                yield golden.line(key, timesteps(steps))
        scheduler.set_timesteps(30)
        for key in sorted(golden.tensors):
            if key.startswith(f"{kind}_x_t"):
                yield from _single_steps(scheduler, golden, kind, int(key.rpartition("t")[2]))


def _single_steps(scheduler: Any, golden: Golden, kind: str, timestep: int) -> Iterator[Line]:
    sample, predicted = golden[f"{kind}_x_t{timestep}"], golden[f"{kind}_v_t{timestep}"]
    for name, dtype in (("f32", _F32), ("bf16sample", torch.bfloat16)):
        stepped = scheduler.step(predicted, timestep, sample.to(dtype)).prev_sample
        yield golden.line(f"{kind}_prev_{name}_t{timestep}", stepped)


def _model(folder: Path, checkpoint: str) -> Any:
    tiny = folder / "tiny_model"
    path = tiny / f"{checkpoint}.safetensors"
    return load_transformer(tiny / "transformer", path, dtype=_F32).model


def _run(folder: Path, golden: Golden) -> Iterator[Line]:
    """One pass, stage by stage; every stage is given what ours gave before it."""
    facts, tiny = golden.facts, folder / "tiny_model"
    vae, model_pass = load_vae(tiny / "vae", dtype=_F32), 1 if _flag(facts) else 2
    if "video_u8" in golden:
        mask, plate, lines = _conditioning(golden, vae, model_pass)
        yield from lines
    else:
        mask, plate = golden["mask_latents"], golden["masked_video_latents"]
    inpaint = torch.cat([mask, plate], dim=1).permute(0, 2, 1, 3, 4)
    latents, lines = _initial(golden)
    yield from lines
    guide = _guide(tiny, golden)
    if "prompt_embeds" in golden:
        yield golden.line("prompt_embeds", guide.embeds)
    scheduler, steps = load_scheduler(tiny, model_pass=model_pass), int(facts["steps"])
    window, overlap = int(facts["num_frames"]), int(facts.get("stride", "16"))
    windows = plan_windows(latents.shape[1], window, overlap)
    walker = Walker(_model(folder, facts["ckpt"]))
    for step in denoise(walker, scheduler, latents, inpaint, guide, windows, steps=steps):
        latents = step.latents
        expected = golden["step_latents"][step.done - 1]
        yield golden.line(f"step_latents[{step.done - 1}]", latents, expected)
    yield golden.line("timesteps", scheduler.timesteps)
    if "frames_u8_trunc" in golden:
        decoded = torch.cat(list(vae.decode_stream(latents.permute(0, 2, 1, 3, 4))), dim=2)
        if "decoded_raw" in golden:
            yield golden.line("decoded_raw", decoded)
        u8 = ((decoded / 2 + 0.5).clamp(0, 1) * 255).to(torch.uint8)
        yield golden.line("frames_u8_trunc", u8)


def _flag(facts: dict[str, str]) -> bool:
    return facts["use_trimask"] == "True"


def _conditioning(
    golden: Golden, vae: Any, model_pass: int
) -> tuple[torch.Tensor, torch.Tensor, list[Line]]:
    clip, lines = golden.clip(), []
    padded = padded_length(len(clip), int(golden.facts["num_frames"]))
    span = Span(clip, 0, len(clip), padded)
    noise = noise_of(Noise.REFERENCE, int(golden.facts["global_seed"]), span)
    read = mask_frames(span, model_pass=model_pass, frame0_rule=False)
    if "aug_noise" in golden:
        lines.append(golden.line("aug_noise", noise(0, padded)))
        lines.append(golden.line("mask_cond_keep1", read(0, padded)[:, :1]))
    mask = vae.encode_stream(read, padded)
    plate = vae.encode_stream(plate_frames(span, noise), padded)
    lines.append(golden.line("mask_latents", mask))
    lines.append(golden.line("masked_video_latents", plate))
    return mask, plate, lines


def _initial(golden: Golden) -> tuple[torch.Tensor, list[Line]]:
    expected = golden["initial_latents"]
    if "raw_noise_THWC_f16" in golden:
        _, count, _, height, width = expected.shape
        given = golden["raw_noise_THWC_f16"].numpy()
        latents = reference_noise(given, count, Extent(width, height))
        return latents, [golden.line("warped_noise", latents)]
    latents = initial_noise(expected.shape, int(golden.facts["generator_seed"]))
    return latents, [golden.line("initial_latents", latents)]


def _guide(tiny: Path, golden: Golden) -> Guide:
    text, scale = TextEncoder.load(tiny, dtype=_F32), float(golden.facts["guidance"])
    negative = text.encode(golden.facts.get("negative_prompt", "")) if scale > 1 else None
    return Guide.of(text.encode(golden.facts["prompt"]), negative, scale)


def _end_to_end(folder: Path, golden: Golden) -> Iterator[Line]:
    source = Golden(folder / "pass1_single_window.safetensors")
    tiny = folder / "tiny_model"
    pipeline = VoidPipeline.load(tiny, tiny / "void_pass1.safetensors", device="cpu", dtype=_F32)
    params = VoidParams(
        steps=30,
        seed=int(golden.facts["generator_seed"]),
        augmentation_seed=int(golden.facts["global_seed"]),
        window=int(source.facts["num_frames"]),
        noise=Noise.REFERENCE,
        frame0_rule=False,
    )
    frames = pipeline.frames(source.clip(), source.facts["prompt"], params, on_event=_unheard)
    ours = [(frame * 255).to(torch.uint8) for frame in frames]
    yield golden.line("frames_u8", torch.stack(ours), golden["frames_u8"][: len(ours)])


def _unheard(event: object) -> None:
    del event


_CHECKS = {
    "prep": _prep,
    "value_ramp": _value_ramp,
    "patch_embed_adapt": _projection,
    "text": _text,
    "vae": _vae,
    "transformer": _transformer,
    "scheduler": _scheduler,
    "e2e_predict_v2v_30steps": _end_to_end,
}


def main(folder: Path) -> int:
    """Print the table; 1 when a line fails."""
    print(f"torch {torch.__version__}, {torch.backends.cpu.get_cpu_capability()}, 2 threads")
    failed = False
    for line in compare(folder):
        failed = failed or line.verdict == "FAILS"
        print(f"{line.name:48} {line.difference:10.3g}  {line.verdict}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
