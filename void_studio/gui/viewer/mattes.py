"""The mattes of a document as the composition asks for them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from void_studio.core import Rect
from void_studio.gui.theme import colour
from void_studio.gui.viewer.composition import Mattes, Outline
from void_studio.quadmask import QuadmaskDocument, Role

__all__ = ["mattes_of", "onion_outlines"]

_ONION_STRENGTH = 0.6

Matte = npt.NDArray[np.bool_]


def mattes_of(document: QuadmaskDocument, frame: int) -> Mattes:
    """Remove and affected of a frame, visible layers only, a stroke in progress included."""

    def mattes(rect: Rect) -> tuple[Matte, Matte]:
        made = {role: np.zeros(rect.extent.shape, np.bool_) for role in Role}
        for layer in document.layers:
            if layer.visible:
                layer.add_to(made[layer.role], frame, rect)
        return made[Role.REMOVE], made[Role.AFFECTED]

    return mattes


def onion_outlines(document: QuadmaskDocument, frame: int) -> tuple[Outline, ...]:
    """What is filled on the frames before and after, where these are in the document."""
    return tuple(
        Outline(_filled(document, near), _rgb(token), _ONION_STRENGTH)
        for near, token in ((frame - 1, "onion_before"), (frame + 1, "onion_after"))
        if near in document.range
    )


def _filled(document: QuadmaskDocument, frame: int) -> Callable[[Rect], Matte]:
    pair = mattes_of(document, frame)

    def filled(rect: Rect) -> Matte:
        remove, affected = pair(rect)
        return remove | affected

    return filled


def _rgb(token: str) -> tuple[int, int, int]:
    made = colour(token)
    return (made.red(), made.green(), made.blue())
