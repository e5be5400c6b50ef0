"""The VOID engines as the worker sees them."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from void_studio.api import Kind, new_registry
from void_studio.app.requesting import engine_of
from void_studio.core import NotPresent
from void_studio.engine.void import places
from void_studio.jobs import Capabilities


def test_without_weights_the_engine_says_what_to_fetch_and_where_to_put_it(tmp_path, monkeypatch):
    monkeypatch.setenv(places.WEIGHTS_VARIABLE, str(tmp_path))
    monkeypatch.setattr(places, "find_spec", lambda name: name)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
    with pytest.raises(NotPresent, match="weights are missing: cogvideox-fun") as caught:
        places.find_weights(2)
    assert "void-worker weights fetch cogvideox-fun void-pass1 void-pass2" in caught.value.hint
    assert "43.3 GB" in caught.value.what
    assert caught.value.exit_code == 4


def test_without_its_libraries_the_engine_says_how_to_install_them(monkeypatch):
    monkeypatch.setattr(places, "find_spec", lambda name: None)
    with pytest.raises(NotPresent, match=r"pip install .*worker"):
        places.find_weights(1)


def test_an_engine_without_weights_is_switched_off_with_that_reason(tmp_path, monkeypatch):
    monkeypatch.setenv(places.WEIGHTS_VARIABLE, str(tmp_path))
    registry = new_registry()
    with pytest.raises(NotPresent, match="missing"):
        registry.load(Kind.ENGINE, "void")
    assert "missing" in registry.failed["void"]
    assert "void" not in registry.ids(Kind.ENGINE)


def test_a_worker_that_has_the_engine_switched_off_tells_why():
    why = {"void": "weights are missing; fetch them"}
    offered = Capabilities("w", "b", (), (), (), 0, 0, switched_off=why)
    runner = SimpleNamespace(capabilities=lambda: offered)
    with pytest.raises(NotPresent, match="void can not run: weights are missing"):
        engine_of(runner, "void")


def test_the_engines_are_known_without_torch():
    code = "import sys, void_studio.engine.void.engine; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
