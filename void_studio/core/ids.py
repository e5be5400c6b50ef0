"""Random identifiers."""

from __future__ import annotations

import re
import secrets

__all__ = ["is_id", "new_id"]

_ID = re.compile(r"[a-z]{1,12}-[0-9a-f]{16}")


def new_id(kind: str) -> str:
    """`kind`-0123456789abcdef: unguessable, safe in a file name and in a URL."""
    return f"{kind}-{secrets.token_hex(8)}"


def is_id(text: object) -> bool:
    """Whether `text` has the form that `new_id` gives."""
    return isinstance(text, str) and _ID.fullmatch(text) is not None
