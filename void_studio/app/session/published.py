"""The published versions of every shot of a cut."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from void_studio.app.session.values import ShotRow

__all__ = ["published_folders"]


def published_folders(timeline: Path, shots: Iterable[ShotRow]) -> Mapping[str, Mapping[int, Path]]:
    """Folders by shot id and number, for shots that have any. Reads the disk; for tasks."""
    from void_studio.app.rendering import default_versions
    from void_studio.versions import ShotFacts, list_versions, shot_slug

    root = default_versions(timeline)
    found = {}
    for row in shots:
        slug = shot_slug(ShotFacts(row.id, row.name, row.sequence))
        versions = [
            version
            for version in list_versions(root, slug)
            if version.recipe.request.shot.id == row.id
        ]
        if versions:
            found[row.id] = {version.number: version.folder for version in versions}
    return found
