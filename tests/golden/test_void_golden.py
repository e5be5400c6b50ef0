"""The VOID engine against what the reference computed."""

from pathlib import Path

import pytest

for _needed in ("torch", "diffusers", "transformers", "sentencepiece"):
    pytest.importorskip(_needed, reason=f"the VOID engine needs {_needed}")

from tests.golden.void_parity import Line, compare


@pytest.fixture(scope="module")
def lines(shared_data: Path) -> list[Line]:
    folder = shared_data / "golden_void"
    if not folder.is_dir():
        pytest.skip(f"no golden tensors at {folder}")
    return list(compare(folder))


def test_every_tensor_is_within_tolerance_of_the_references(lines: list[Line]) -> None:
    assert [line for line in lines if line.verdict == "FAILS"] == []


@pytest.mark.parametrize(
    "stage",
    ["temporal_padding", "prep", "value_ramp", "patch_embed_adapt", "text", "vae", "transformer",
     "scheduler", "e2e_predict_v2v_30steps", "pass1_single_window", "pass1_multidiffusion",
     "pass1_multidiffusion_stride", "pass1_long_window85", "pass2"],
)  # fmt: skip
def test_every_stage_was_compared(lines: list[Line], stage: str) -> None:
    assert any(line.name.startswith(f"{stage}.") for line in lines)
