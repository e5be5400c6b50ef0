"""The registry and plugin discovery."""

from pathlib import Path

import pytest

from void_studio.api import (
    Contribution,
    Kind,
    Place,
    Registry,
    builtin_contributions,
    manifest_contributions,
)
from void_studio.core import BadInput, NotPresent, Refused, UsageError

BROKEN = Contribution(Kind.ENGINE, "broken", "no.such.module:Engine", Place.WORKER, "plugin 1")

MANIFEST = """
schema = 1
id = "acme"
name = "Acme"
version = "2.0"
api = ">=0.1"

[[contributes]]
kind = "engine"
id = "acme"
target = "acme.engine:Engine"
runs_in = "worker"
"""


def test_built_ins_are_known_without_being_imported() -> None:
    registry = Registry(builtin_contributions())
    assert registry.ids(Kind.ENGINE) == ("draft", "void", "void:2")
    sizes = ("tiny", "small", "base-plus", "large")
    sam2 = (*(f"sam2.1-hiera-{size}" for size in sizes), "sam2-checkpoint")
    assert registry.ids(Kind.SEGMENTER) == ("flow", *sam2)


def test_a_contribution_is_loaded_once() -> None:
    registry = Registry(builtin_contributions())
    assert registry.load(Kind.ENGINE, "draft") is registry.load(Kind.ENGINE, "draft")


def test_an_unknown_id_names_what_there_is() -> None:
    with pytest.raises(UsageError, match="there is: draft"):
        Registry(builtin_contributions()).load(Kind.ENGINE, "drafty")


def test_an_id_can_be_taken_only_once() -> None:
    with pytest.raises(UsageError, match="built in has it"):
        Registry((*builtin_contributions(), *builtin_contributions()))


def test_a_contribution_that_fails_is_named_and_switched_off() -> None:
    registry = Registry((BROKEN,))
    with pytest.raises(NotPresent, match=r"No module named"):
        registry.load(Kind.ENGINE, "broken")
    assert "ModuleNotFoundError" in registry.failed["broken"]
    assert registry.ids(Kind.ENGINE) == ()
    with pytest.raises(Refused, match="switched off"):
        registry.load(Kind.ENGINE, "broken")


def test_a_manifest_declares_contributions(tmp_path: Path) -> None:
    path = tmp_path / "plugin.toml"
    path.write_text(MANIFEST)
    (found,) = manifest_contributions(path)
    assert found == Contribution(
        Kind.ENGINE, "acme", "acme.engine:Engine", Place.WORKER, "Acme 2.0"
    )


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("schema = 1", "name"),
        (MANIFEST.replace("schema = 1", "schema = 9"), "schema 9"),
        (MANIFEST.replace('"engine"\nid', '"wizard"\nid'), "wizard"),
        (MANIFEST.replace("acme.engine:Engine", "acme.engine"), "module:Class"),
        ("[[", "malformed"),
    ],
)
def test_a_malformed_manifest_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "plugin.toml"
    path.write_text(text)
    with pytest.raises(BadInput, match=complaint):
        manifest_contributions(path)
