"""What the `weights` commands do, as values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from void_studio.core import NotPresent, Refused, read_limited
from void_studio.weights import (
    FetchPlan,
    FolderSource,
    Found,
    HubSource,
    Pins,
    Source,
    Weights,
    find,
    find_all,
    free_bytes,
    how_to_get,
    missing_parts,
    plan_fetch,
    read_catalogue,
    remove,
    run_fetch,
    verify,
    weights_root,
)

__all__ = ["fetched", "listed", "removed", "verified", "where"]

_LICENCE_BYTES = 1 << 20
OnBytes = Callable[[int, int], None]
Accept = Callable[[str], bool]


def listed(pins: Path) -> dict[str, Any]:
    """Every entry of the catalogue, and what of it is on this machine."""
    known, root = Pins(pins), weights_root()
    return {
        "root": str(root),
        "free_bytes": free_bytes(root),
        "weights": [_entry(weights, known, root) for weights in read_catalogue().weights],
    }


def fetched(
    names: Sequence[str],
    mirror: Path | None,
    pins: Path,
    *,
    accept: Accept,
    on_progress: OnBytes,
) -> dict[str, Any]:
    """Fetch what is not whole in the weights folder. Raises Refused when a licence is declined.

    A repository that keeps its licence in a file has it fetched and shown before it is accepted.
    """
    known, root = Pins(pins), weights_root()
    chosen = [weights for weights in _chosen(names) if not _in_cache(weights, root)]
    source: Source = FolderSource(mirror) if mirror else HubSource()
    plan = plan_fetch(chosen, root, source, known)
    for weights in chosen:
        own = plan.of(weights)
        if own.fetches and not known.accepted(weights.repo, weights.licence.name):
            _ask(weights, _licence_text(weights, own, source, known, root), accept)
            known.accept(weights.repo, weights.licence.name)
    plan = plan.pending()
    run_fetch(plan, root, source, known, on_progress=on_progress)
    return {
        "root": str(root),
        "bytes": plan.total_bytes,
        "fetched": [str(fetch.target) for fetch in plan.fetches],
        "folders": {weights.name: str(root / weights.folder) for weights in chosen},
    }


def verified(
    names: Sequence[str], pins: Path, *, learn_again: bool, on_progress: OnBytes
) -> dict[str, Any]:
    """Check files where they lie. Raises NotPresent when there is nothing to check."""
    known = Pins(pins)
    checks = [
        (weights, check)
        for weights in _chosen(names)
        for check in verify(
            weights, _folder(weights), known, learn_again=learn_again, on_progress=on_progress
        )
    ]
    return {
        "ok": all(check.found in (Found.GOOD, Found.LEARNT) for _, check in checks),
        "files": [
            {
                "name": weights.name,
                "path": str(check.path),
                "found": check.found.value,
                "size_bytes": check.size_bytes,
                "sha256": check.sha256 or None,
                "why": check.why,
            }
            for weights, check in checks
        ],
    }


def where(name: str) -> dict[str, Any]:
    """The folders that have some weights, or all that an engine needs. Raises NotPresent."""
    folders = find_all(read_catalogue(), name)
    return {"name": name, "folders": {one: str(folder) for one, folder in folders.items()}}


def removed(names: Sequence[str]) -> dict[str, Any]:
    """Remove files of the catalogue from the weights folder."""
    root = weights_root()
    freed = {weights.name: remove(weights, root) for weights in _chosen(names)}
    return {"root": str(root), "removed": list(freed), "freed_bytes": sum(freed.values())}


def _chosen(names: Sequence[str]) -> tuple[Weights, ...]:
    catalogue = read_catalogue()
    found = [weights for name in names for weights in catalogue.chosen(name)]
    return tuple(dict.fromkeys(found))


def _folder(weights: Weights) -> Path:
    """Where they are; the weights folder when only some of them are there."""
    here = weights_root() / weights.folder
    if any((here / file.path).exists() for file in weights.files):
        return here
    return find(weights)


def _in_cache(weights: Weights, root: Path) -> bool:
    """Whether another program's cache has all of them already."""
    try:
        folder = find(weights)
    except NotPresent:
        return False
    return folder != root / weights.folder and all(
        (folder / file.path).exists() for file in weights.files
    )


def _ask(weights: Weights, text: str, accept: Accept) -> None:
    licence = weights.licence
    if not accept(f"{text}{weights.title}, {weights.repo}: {licence.name} ({licence.url})"):
        raise Refused(
            "the licence was not accepted", where=weights.repo, hint="its weights were not fetched"
        )


def _licence_text(weights: Weights, plan: FetchPlan, source: Source, pins: Pins, root: Path) -> str:
    if not weights.licence.file:
        return ""
    run_fetch(plan.only(weights.licence.file), root, source, pins, on_progress=lambda *_: None)
    path = root / weights.folder / weights.licence.file
    return read_limited(path, _LICENCE_BYTES).decode(errors="replace").rstrip() + "\n"


def _entry(weights: Weights, pins: Pins, root: Path) -> dict[str, Any]:
    try:
        folder: Path | None = find(weights)
        state = "present"
    except NotPresent:
        folder = None
        some = len(missing_parts(weights, root / weights.folder)) < len(weights.parts)
        state = "partial" if some else "absent"
    digests = [pins.file(weights.repo, file.path) for file in weights.files]
    return {
        "name": weights.name,
        "title": weights.title,
        "repo": weights.repo,
        "revision": pins.commit(weights.repo) or weights.revision,
        "licence": weights.licence.name,
        "licence_url": weights.licence.url,
        "about_bytes": weights.about_bytes,
        "state": state,
        "folder": str(folder) if folder else None,
        "pinned_files": sum(pin is not None for pin in digests),
        "files": len(weights.files),
        "how_to_get": how_to_get(weights),
    }
