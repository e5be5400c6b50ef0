"""A look at the installation: versions, codecs, folders, the worker, licences."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any

from void_studio import __version__
from void_studio.api import Kind, new_registry
from void_studio.core import NotPresent, StudioError
from void_studio.engine.void.places import missing_libraries
from void_studio.media import missing_codecs
from void_studio.weights import find_all, free_bytes, lacking, read_catalogue, weights_root
from void_studio.worker.client import connect_local

__all__ = ["DoctorReport", "examine"]

_LEAST_FREE_BYTES = 1 << 30


@dataclass(frozen=True, slots=True)
class DoctorReport:
    """The facts of `doctor`; `ok` is false when something that is needed is missing."""

    ok: bool
    facts: dict[str, Any]

    def lines(self) -> Iterator[str]:
        """One line per finding."""
        for check in self.facts["checks"]:
            yield f"{'ok     ' if check['ok'] else 'MISSING'} {check['name']}: {check['found']}"
        for licence in self.facts.get("licences", ()):
            yield f"{licence['name']} {licence['version']}: {licence['licence']}"


def examine(*, licences: bool) -> DoctorReport:
    """Check everything that a render with the draft engine needs."""
    checks = [_check(name, look) for name, look in _LOOKS.items()]
    facts: dict[str, Any] = {
        "version": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "processors": os.cpu_count(),
        "checks": checks,
    }
    if licences:
        facts["licences"] = [_licence(name) for name in _requirements()]
    return DoctorReport(all(check["ok"] for check in checks), facts)


def _check(name: str, look: Callable[[], tuple[bool, str]]) -> dict[str, Any]:
    try:
        ok, found = look()
    except StudioError as error:
        ok, found = False, error.line()
    return {"name": name, "ok": ok, "found": found}


def _python() -> tuple[bool, str]:
    return sys.version_info >= (3, 11), platform.python_version()


def _codecs() -> tuple[bool, str]:
    missing = missing_codecs()
    return not missing, "missing " + ", ".join(missing) if missing else "all that are needed"


def _contributions() -> tuple[bool, str]:
    registry = new_registry()
    found = ", ".join(registry.ids(Kind.ENGINE) + registry.ids(Kind.SEGMENTER))
    failed = "".join(f"; {name} failed: {why}" for name, why in registry.failed.items())
    return not registry.failed, found + failed


def _void() -> tuple[bool, str]:
    """Not needed by the other engines, so nothing of it counts as missing."""
    missing = missing_libraries()
    if missing:
        return True, f'not usable yet: pip install "void-studio[worker]" ({", ".join(missing)})'
    return True, "its libraries are here"


def _weights(name: str) -> tuple[bool, str]:
    """Weights are fetched only when a person asks for it: this tells how."""
    catalogue, root = read_catalogue(), weights_root()
    missing = lacking(catalogue, name)
    if not missing:
        return True, ", ".join(str(folder) for folder in find_all(catalogue, name).values())
    size = sum(weights.about_bytes for weights in missing) / 1e9
    licences = dict.fromkeys(weights.licence.name for weights in missing)
    return True, (
        f"to fetch: void-worker weights fetch {name} ({size:.1f} GB, {', '.join(licences)};"
        f" {free_bytes(root) / 1e9:.1f} GB free in {root})"
    )


def _disk() -> tuple[bool, str]:
    folder = Path(tempfile.gettempdir())
    free = shutil.disk_usage(folder).free
    return free >= _LEAST_FREE_BYTES, f"{free / 2**30:.1f} GiB free in {folder}"


def _worker() -> tuple[bool, str]:
    try:
        runner = connect_local(start=False)
    except NotPresent:
        return True, "none running; a render starts one"
    with closing(runner):
        return True, f"running, build {runner.capabilities().build}"


_LOOKS: dict[str, Callable[[], tuple[bool, str]]] = {
    "python": _python,
    "codecs": _codecs,
    "engines and segmenters": _contributions,
    "VOID engine": _void,
    "weights for void": partial(_weights, "void"),
    "weights for void:2": partial(_weights, "void:2"),
    "weights for sam2": partial(_weights, "sam2"),
    "disk": _disk,
    "local worker": _worker,
}


def _requirements() -> list[str]:
    requires = metadata.requires("void-studio") or []
    names = [line.split(";")[0] for line in requires if "extra ==" not in line]
    return sorted(_bare(name) for name in names)


def _bare(requirement: str) -> str:
    for position, character in enumerate(requirement):
        if not (character.isalnum() or character in "-_."):
            return requirement[:position]
    return requirement


def _licence(name: str) -> dict[str, str]:
    about = metadata.metadata(name)
    classifiers = about.get_all("Classifier") or []
    named = [line.rsplit(" :: ", 1)[-1] for line in classifiers if line.startswith("License ::")]
    stated = [*(about.get_all("License-Expression") or []), ", ".join(named)]
    stated += about.get_all("License") or []
    text = next((line for line in stated if line), "not stated")
    return {"name": name, "version": about["Version"], "licence": text.splitlines()[0]}
