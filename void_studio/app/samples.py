"""`samples`: the clips that come with VOID's own code; a person fetches them, never the studio."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from void_studio.app.folder_import import set_up_project
from void_studio.app.folders import read_folder
from void_studio.app.resources import resource

__all__ = ["list_samples", "sample_lines", "use_sample"]

_HOW = "clone the repository or download a sample's folder, then: void-studio samples use FOLDER"


@dataclass(frozen=True, slots=True)
class _Sample:
    """`files` are sizes in bytes, None where the size is not known."""

    name: str
    shows: str
    files: dict[str, int | None]


def _catalogue() -> dict[str, Any]:
    value: dict[str, Any] = json.loads(resource("samples.json").read_bytes())
    return value


def _samples() -> tuple[_Sample, ...]:
    return tuple(
        _Sample(item["name"], item["shows"], item["files"]) for item in _catalogue()["samples"]
    )


def list_samples() -> dict[str, Any]:
    """What there is and where a person gets it; nothing is fetched."""
    catalogue = _catalogue()
    source, folder = catalogue["source"], catalogue["folder"]
    return {
        "source": source,
        "licence": catalogue["licence"],
        "fetched": False,
        "how": _HOW,
        "samples": [
            {
                "name": sample.name,
                "shows": sample.shows,
                "folder": f"{folder}/{sample.name}",
                "files": [
                    {"name": name, "size_bytes": size} for name, size in sample.files.items()
                ],
            }
            for sample in _samples()
        ],
    }


def sample_lines(facts: dict[str, Any]) -> Iterator[str]:
    """The list for a terminal."""
    yield f"from {facts['source']}, {facts['licence']}; nothing is fetched by the studio"
    for sample in facts["samples"]:
        yield f"{sample['name']}: {sample['shows']}, in {sample['folder']}"
        for file in sample["files"]:
            size = file["size_bytes"]
            yield f"  {file['name']}: {f'{size} bytes' if size is not None else 'size not known'}"
    yield facts["how"]


def use_sample(folder: Path, project: Path | None) -> dict[str, Any]:
    """Check a folder that a person downloaded and make a ready project, by default beside it.

    Raises as `read_folder` and `set_up_project`.
    """
    found = read_folder(folder)
    name = folder.resolve().name
    sample = next((sample for sample in _samples() if sample.name == name), None)
    notes = [*found.notes, *_doubts(folder, name, sample)]
    project = project or folder.resolve().with_name(f"{name}.void")
    written = set_up_project(found, project)
    return (
        found.facts()
        | {"filled": None, "sample": sample and sample.name}
        | written
        | {"notes": notes}
    )


def _doubts(folder: Path, name: str, sample: _Sample | None) -> Iterator[str]:
    if sample is None:
        known = ", ".join(sample.name for sample in _samples())
        yield f"{name} is not one of the samples ({known}); used as it is"
        return
    for file, size in sample.files.items():
        path = folder / file
        there = path.stat().st_size if path.is_file() else None
        if size is not None and there is not None and there != size:
            yield f"{file} has {there} bytes, the sample's has {size}"
