"""Which plugins are installed: their manifests are read, none of their code is imported."""

from __future__ import annotations

import tomllib
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from void_studio.api.registry import Contribution, Kind, Place, Registry
from void_studio.core import BadInput, StudioError, read_limited

__all__ = ["ENTRY_POINTS", "builtin_contributions", "manifest_contributions", "new_registry"]

ENTRY_POINTS = "void_studio.plugins"
_SCHEMA = 1
_LIMIT_BYTES = 1 << 20
_SAM2 = "void_studio.assist.sam2.segmenter"
_SAM2_CLASSES = {
    "sam2.1-hiera-tiny": "Sam2Tiny",
    "sam2.1-hiera-small": "Sam2Small",
    "sam2.1-hiera-base-plus": "Sam2BasePlus",
    "sam2.1-hiera-large": "Sam2Large",
    "sam2-checkpoint": "Sam2Package",
}


def builtin_contributions() -> tuple[Contribution, ...]:
    """What the studio itself offers, in both processes."""
    return (
        Contribution(
            Kind.ENGINE, "draft", "void_studio.engine.draft:DraftEngine", Place.WORKER, "built in"
        ),
        Contribution(
            Kind.ENGINE,
            "void",
            "void_studio.engine.void.engine:VoidEngine",
            Place.WORKER,
            "built in",
        ),
        Contribution(
            Kind.ENGINE,
            "void:2",
            "void_studio.engine.void.engine:VoidBothPasses",
            Place.WORKER,
            "built in",
        ),
        Contribution(
            Kind.SEGMENTER,
            "flow",
            "void_studio.assist.flow:FlowSegmenter",
            Place.WORKER,
            "built in",
        ),
        *(
            Contribution(Kind.SEGMENTER, id_, f"{_SAM2}:{name}", Place.WORKER, "built in")
            for id_, name in _SAM2_CLASSES.items()
        ),
    )


def new_registry() -> Registry:
    """Built-ins and the plugins that are installed; a broken manifest is listed in `failed`."""
    registry = Registry(builtin_contributions())
    for entry in entry_points(group=ENTRY_POINTS):
        try:
            for contribution in manifest_contributions(_manifest_of(entry)):
                registry.add(contribution)
        except StudioError as error:
            registry.failed[entry.name] = error.line()
    return registry


def manifest_contributions(path: Path) -> tuple[Contribution, ...]:
    """What a plugin.toml declares. Raises BadInput when it is malformed or of another schema."""
    try:
        manifest = tomllib.loads(read_limited(path, _LIMIT_BYTES).decode())
        if manifest["schema"] != _SCHEMA:
            raise BadInput(
                f"manifest schema {manifest['schema']!r}, expected {_SCHEMA}", where=path
            )
        plugin = f"{manifest['name']} {manifest['version']}"
        return tuple(_contribution(item, plugin) for item in manifest["contributes"])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
        raise BadInput(f"the plugin manifest is malformed: {error}", where=path) from error


def _contribution(item: dict[str, Any], plugin: str) -> Contribution:
    target = str(item["target"])
    if target.count(":") != 1:
        raise ValueError(f"target {target!r} is not module:Class")
    return Contribution(Kind(item["kind"]), str(item["id"]), target, Place(item["runs_in"]), plugin)


def _manifest_of(entry: EntryPoint) -> Path:
    spec = find_spec(entry.value)
    if spec is None or spec.origin is None:
        raise BadInput("the plugin's package is not importable", where=entry.value)
    return Path(spec.origin).with_name("plugin.toml")
