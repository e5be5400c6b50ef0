"""Where the data files that come with the studio are: in a checkout or inside the package."""

from __future__ import annotations

from pathlib import Path

import void_studio
from void_studio.core.errors import NotPresent

__all__ = ["resource"]


def resource(name: str) -> Path:
    """The path of a shipped data file, `name` relative to `resources/`."""
    package = Path(void_studio.__file__).parent
    for folder in (package / "resources", package.parent / "resources"):
        if (folder / name).exists():
            return folder / name
    raise NotPresent(f"the installation lacks resources/{name}", hint="install the studio again")
