"""SAM 2 with random weights of the real classes: two back ends, one set of weights."""

import pickle
import shutil

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
pytest.importorskip("sam2")

from tests.tiny_sam2 import make_tiny_sam2
from void_studio.assist import Box, Click, Direction, MattePrompt
from void_studio.assist.reading import FrameReader
from void_studio.assist.sam2 import opening
from void_studio.assist.sam2.fallback import FallbackSession
from void_studio.assist.sam2.hugging import HuggingModel
from void_studio.assist.sam2.opening import open_session
from void_studio.assist.sam2.package import PackageModel
from void_studio.assist.sam2.pixels import quantised
from void_studio.assist.sam2.segmenter import Sam2Package, Sam2Tiny
from void_studio.assist.sam2.tracker import Encoded
from void_studio.core import BadInput, FrameRange, JobFailed, NotPresent, Rect, UsageError

CPU = torch.device("cpu")
FRAMES = FrameRange(100, 11)
PROMPTS = {
    "a click": [Click(100, 100, 80)],
    "two clicks": [Click(100, 100, 80), Click(100, 10, 10, positive=False)],
    "a box": [Box(100, Rect(30, 40, 100, 60))],
}


def never():
    return False


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    return make_tiny_sam2(tmp_path_factory.mktemp("weights"))


@pytest.fixture(scope="module")
def models(weights):
    checkpoint, folder = weights
    return HuggingModel(folder, CPU, torch.float32), PackageModel(checkpoint, CPU, torch.float32)


class Panning:
    """Soft coloured noise that moves three pixels a frame."""

    def __init__(self):
        noise = np.random.default_rng(4).integers(0, 255, (160, 300, 3), np.uint8)
        self._picture = cv2.GaussianBlur(noise, (0, 0), 4)
        self.read = []

    def __call__(self, number):
        self.read.append(number)
        left = (number - FRAMES.start) % 20 * 3
        return np.ascontiguousarray(self._picture[:, left : left + 240])


def overlap(first, second):
    return np.count_nonzero(first & second) / max(1, np.count_nonzero(first | second))


@pytest.mark.parametrize("prompts", PROMPTS.values(), ids=PROMPTS)
def test_both_back_ends_give_the_same_logits_for_a_prompt(models, prompts):
    found = []
    for model in models:
        session = open_session(model, "sam2", Panning(), FRAMES)
        session.prompt(prompts)
        tracker = session._trackers[0]
        record = tracker._memory._conditions.near(1)[1]
        found.append(record["pred_masks"][0, 0])
        assert found[-1].std() > 0.1
    difference = float((found[0] - found[1]).abs().max())
    print(f"largest difference of logits: {difference:.2e}")
    assert difference <= 1e-3


@pytest.mark.parametrize("prompts", PROMPTS.values(), ids=PROMPTS)
def test_both_back_ends_propagate_to_the_same_mattes(models, prompts):
    runs = []
    for model in models:
        session = open_session(model, "sam2", Panning(), FRAMES)
        session.prompt(prompts)
        runs.append(list(session.propagate(FRAMES, Direction.FORWARD, cancelled=never)))
    ious = [overlap(a.logits > 0, b.logits > 0) for a, b in zip(*runs, strict=True)]
    print("IoU of both back ends, frame by frame:", [round(iou, 4) for iou in ious])
    assert len(ious) == len(FRAMES)
    assert any(one.logits.max() > 0 for one in runs[0][1:])
    assert min(ious) >= 0.98


def test_both_back_ends_remember_alike_around_several_prompts_both_ways(models):
    first, second = (_around(model) for model in models)
    ious = [overlap(a.logits > 0, b.logits > 0) for a, b in zip(first, second, strict=True)]
    print("IoU of both back ends, frame by frame:", [round(iou, 4) for iou in ious])
    assert min(ious) >= 0.95


def _around(model):
    source = Panning()
    session = open_session(model, "sam2", source, FRAMES)
    session.prompt([MattePrompt(103, source(103)[..., 0] > 128)])
    session.prompt([Click(107, 100, 80)])
    return list(session.propagate(FRAMES, Direction.BOTH, cancelled=never))


@pytest.mark.parametrize("index", [0, 1], ids=["hugging", "package"])
def test_what_is_remembered_does_not_grow_with_the_shot(models, index):
    frames = FrameRange(100, 60)
    session = open_session(models[index], "sam2", Panning(), frames)
    session.prompt([Click(100, 100, 80)])
    memory = session._trackers[0]._memory
    tracked = (
        memory._session.output_dict_per_obj if index == 0 else memory._state["output_dict_per_obj"]
    )[0]["non_cond_frame_outputs"]
    sizes = [len(tracked) for _ in session.propagate(frames, Direction.FORWARD, cancelled=never)]
    assert max(sizes) == 16
    assert sizes[-1] == 16


def test_only_the_nearest_four_prompted_frames_are_looked_at(models):
    session = open_session(models[0], "sam2", Panning(), FRAMES)
    for frame in FRAMES:
        session.prompt([Click(frame, 100, 80)])
    near = session._trackers[0]._memory._conditions.near
    assert list(near(1)) == [1, 2, 3, 4]
    assert list(near(6)) == [4, 5, 6, 7]


def test_a_frame_is_encoded_once_for_all_layers(models):
    source = Panning()
    session = open_session(models[0], "sam2", source, FRAMES)
    session.prompt([Click(104, 100, 80)], layer=1)
    session.prompt([Click(104, 30, 30)], layer=2)
    list(session.propagate(FRAMES, Direction.BOTH, cancelled=never))
    assert sorted(source.read) == list(FRAMES)


def test_features_of_six_frames_are_kept(models):
    source = Panning()
    encoded, reader = Encoded(models[0], FRAMES), FrameReader(source)
    for number in FRAMES:
        encoded.of(reader, number)
    assert len(encoded._kept) == 6


def test_logits_keep_their_side_of_zero_when_they_are_quantised():
    logits = torch.tensor([[-99.0, -0.01, 0.0], [0.001, 2.0, 99.0]])
    assert quantised(logits).tolist() == [[-127, 0, 0], [1, 16, 127]]


def test_bf16_runs_in_both_back_ends(weights):
    checkpoint, folder = weights
    for model in (
        HuggingModel(folder, CPU, torch.bfloat16),
        PackageModel(checkpoint, CPU, torch.bfloat16),
    ):
        session = open_session(model, "sam2", Panning(), FRAMES)
        session.prompt([Click(100, 100, 80)])
        session.prompt([MattePrompt(104, np.ones((160, 240), np.bool_))])
        assert len(list(session.propagate(FRAMES, Direction.BOTH, cancelled=never))) == len(FRAMES)


class RunsOut:
    """A model whose memory runs out at the n-th frame that it encodes."""

    def __init__(self, model, after):
        self._model = model
        self._left = after

    def __getattr__(self, name):
        return getattr(self._model, name)

    def encode(self, rgb):
        self._left -= 1
        if self._left < 0:
            raise torch.OutOfMemoryError("as told")
        return self._model.encode(rgb)


@pytest.mark.parametrize("after", [0, 1, 5])
def test_when_memory_runs_out_the_session_goes_on_elsewhere_from_where_it_was(models, after):
    said = []

    def elsewhere():
        said.append("moved")
        return open_session(models[0], "sam2", Panning(), FRAMES)

    short = open_session(RunsOut(models[0], after), "sam2", Panning(), FRAMES)
    session = FallbackSession(short, elsewhere)
    session.prompt([Click(102, 100, 80)])
    found = [one.frame for one in session.propagate(FRAMES, Direction.BOTH, cancelled=never)]
    assert sorted(found) == list(FRAMES)
    assert said == ["moved"]


def test_memory_that_runs_out_twice_is_told(models):
    def short():
        return open_session(RunsOut(models[0], 0), "sam2", Panning(), FRAMES)

    session = FallbackSession(short(), short)
    with pytest.raises(JobFailed, match="no memory left"):
        session.prompt([Click(102, 100, 80)])


def test_missing_weights_are_told_with_the_command_that_fetches_them(tmp_path, monkeypatch):
    monkeypatch.setenv("VOID_STUDIO_WEIGHTS", str(tmp_path))
    with pytest.raises(NotPresent, match=r"weights are missing: sam2\.1-hiera-tiny") as told:
        Sam2Tiny()
    assert "void-worker weights fetch sam2.1-hiera-tiny" in told.value.line()
    assert "flow works without" in told.value.line()
    monkeypatch.delenv("VOID_STUDIO_SAM2_CHECKPOINT", raising=False)
    with pytest.raises(NotPresent, match="VOID_STUDIO_SAM2_CHECKPOINT"):
        Sam2Package()
    monkeypatch.setenv("VOID_STUDIO_SAM2_CHECKPOINT", str(tmp_path / "none.pt"))
    with pytest.raises(NotPresent, match=r"none\.pt"):
        Sam2Package()


def test_a_folder_that_holds_another_model_is_refused(weights, tmp_path):
    folder = shutil.copytree(weights[1], tmp_path / "sam2.1-hiera-tiny")
    (folder / "model.safetensors").write_bytes(b"nonsense")
    with pytest.raises(BadInput, match=r"no SAM 2\.1 video model"):
        HuggingModel(folder, CPU, torch.float32)
    shutil.copy(weights[1] / "model.safetensors", folder)
    text = (folder / "config.json").read_text().replace('"hidden_size": 16', '"hidden_size": 24')
    (folder / "config.json").write_text(text)
    with pytest.raises(BadInput, match=r"no SAM 2\.1 video model"):
        HuggingModel(folder, CPU, torch.float32)


class Explosive:
    def __reduce__(self):
        return (print, ("this must never be run",))


def test_a_checkpoint_that_holds_more_than_tensors_is_refused_unrun(tmp_path, capfd):
    torch.save({"model": Explosive()}, tmp_path / "a.pt")
    (tmp_path / "b.pt").write_bytes(pickle.dumps(Explosive()))
    (tmp_path / "c.pt").write_bytes(b"nonsense")
    (tmp_path / "d.pt").write_bytes(b"")
    for name in "abcd":
        with pytest.raises(BadInput, match=r"no SAM 2\.1 checkpoint"):
            PackageModel(tmp_path / f"{name}.pt", CPU, torch.float32)
    assert "must never" not in capfd.readouterr().out


def test_a_checkpoint_of_another_model_is_refused(weights, tmp_path):
    torch.save({"model": {"some.weight": torch.zeros(3)}}, tmp_path / "other.pt")
    with pytest.raises(BadInput, match="holds another model"):
        PackageModel(tmp_path / "other.pt", CPU, torch.float32)
    alone = shutil.copy(weights[0], tmp_path / "alone.pt")
    with pytest.raises(BadInput, match="none of the four"):
        PackageModel(alone, CPU, torch.float32)
    (tmp_path / "alone.json").write_text('{"embed_dim": "16"}')
    with pytest.raises(BadInput, match="malformed"):
        PackageModel(alone, CPU, torch.float32)
    saved = torch.load(weights[0], weights_only=True)
    saved["model"].pop("no_mem_embed")
    torch.save(saved, tmp_path / "less.pt")
    shutil.copy(weights[0].with_suffix(".json"), tmp_path / "less.json")
    with pytest.raises(BadInput, match="do not fit"):
        PackageModel(tmp_path / "less.pt", CPU, torch.float32)


def test_an_unknown_precision_is_refused(weights, monkeypatch):
    monkeypatch.setenv("VOID_STUDIO_WEIGHTS", str(weights[1].parent))
    monkeypatch.setenv("VOID_STUDIO_SAM2_PRECISION", "fp8")
    with pytest.raises(UsageError, match="use bf16 or fp32"):
        Sam2Tiny().open(Panning(), FRAMES)


@pytest.fixture
def gpu(monkeypatch):
    """A GPU of which only the memory is asked, as there is none to be had here."""
    gpu_free, taken = [0], []
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda _: (gpu_free[0], 16 * 10**9))
    monkeypatch.setattr(opening, "_set_aside", taken.append)
    return gpu_free, taken


def test_a_gpu_with_room_is_used_and_the_room_is_taken_at_once(gpu):
    free, taken = gpu
    free[0] = 3 * 10**9
    said = []
    assert opening.chosen_device(said.append).type == "cuda"
    assert taken == [opening.NEEDS_BYTES]
    assert said == []


def test_a_gpu_without_room_is_left_alone_and_that_is_said(gpu):
    free, taken = gpu
    free[0] = 2 * 10**9
    said = []
    assert opening.chosen_device(said.append) == CPU
    assert taken == []
    assert "2.0 GB free, a session needs 2.5" in said[0]
    assert "CPU" in said[0]
    assert "flow" in said[0]
