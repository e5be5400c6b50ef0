"""The style sheet, made from its template and the tokens."""

from __future__ import annotations

import re

from void_studio.gui.theme.tokens import Tokens

__all__ = ["style_of"]

_TOKEN = re.compile(r"@([a-z_0-9]+)")


def style_of(template: str, tokens: Tokens, *, icons: str) -> str:
    """`template` with every @token replaced; `icons` is the folder of the small pictures.

    Raises KeyError for a token that does not exist.
    """
    names = {**tokens.colours, "icons": icons}
    return _TOKEN.sub(lambda found: names[found[1]], template)
