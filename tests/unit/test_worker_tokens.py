"""Tokens are counted by the worker's tokenizer, where it has one."""

import pytest

from tests.worker_parts import WorkerProcess
from void_studio.core import BadInput, NotPresent


def test_tokens_are_counted_by_the_engines_own_tokenizer(tmp_path, monkeypatch):
    pytest.importorskip("torch")
    pytest.importorskip("diffusers")
    from tests.tiny_void import make_tiny_void
    from void_studio.engine.void.places import find_tokenizer
    from void_studio.engine.void.tokens import token_counter

    monkeypatch.setenv("VOID_STUDIO_WEIGHTS", str(tmp_path))
    make_tiny_void(tmp_path / "CogVideoX-Fun-V1.5-5b-InP")
    assert find_tokenizer().is_dir()
    count = token_counter()
    texts = ["an empty street", "a lime falls on the table and nobody is there", ""]
    with WorkerProcess(tmp_path / "state") as worker, worker.runner() as runner:
        assert runner.count_tokens(texts) == tuple(count(text) for text in texts)
        assert runner.count_tokens([]) == ()
        with pytest.raises(BadInput, match="limits"):
            runner.count_tokens(["a"] * 65)
        assert runner.count_tokens([""]) == (1,)


def test_a_worker_without_a_tokenizer_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("VOID_STUDIO_WEIGHTS", str(tmp_path))
    with WorkerProcess(tmp_path / "state") as worker, worker.runner() as runner:
        with pytest.raises(NotPresent, match="no tokenizer"):
            runner.count_tokens(["an empty street"])
        with pytest.raises(NotPresent, match="no tokenizer"):
            runner.count_tokens(["again"])
        assert runner.capabilities().devices[0].id == "cpu:0"
