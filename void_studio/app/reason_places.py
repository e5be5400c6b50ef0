"""Where keys of reasoners come from, and where their answers are kept."""

from __future__ import annotations

import os
from pathlib import Path

from void_studio.app.tokens import kept_secret
from void_studio.assist import ReasonerInfo

__all__ = ["answer_cache", "key_for"]

_CACHE = "VOID_STUDIO_CACHE"
_KEYRING_SERVICE = "void-studio reasoner"


def key_for(info: ReasonerInfo) -> str:
    """The key of a reasoner; empty when there is none. It is never in a file of ours.

    In the keyring it is the password of the reasoner's id under "void-studio reasoner".
    """
    if not info.key_variables:
        return ""
    named = (os.environ.get(variable, "").strip() for variable in info.key_variables)
    return next(filter(None, named), "") or kept_secret(_KEYRING_SERVICE, info.id)


def answer_cache() -> Path:
    """The folder of earlier answers: in the user's cache, or in VOID_STUDIO_CACHE."""
    from platformdirs import user_cache_path

    named = os.environ.get(_CACHE)
    return (Path(named) if named else user_cache_path("void-studio")) / "reasoner"
