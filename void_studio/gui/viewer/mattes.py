"""The mattes of a document as the composition asks for them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from void_studio.core import Rect
from void_studio.gui.theme import colour
from void_studio.gui.viewer.composition import Mattes, Outline, Pair
from void_studio.gui.viewer.overlay import SELECTED_PX
from void_studio.quadmask import MatteLayer, QuadmaskDocument, Role

__all__ = ["is_alone", "mattes_of", "onion_outlines", "selected_outline", "without_affected"]

_ONION_STRENGTH = 0.6

Matte = npt.NDArray[np.bool_]


def mattes_of(document: QuadmaskDocument, frame: int) -> Mattes:
    """Remove and affected of a frame, visible layers only, a stroke in progress included."""

    def mattes(rect: Rect) -> Pair:
        return _of_role(document, Role.REMOVE, frame, rect), _of_role(
            document, Role.AFFECTED, frame, rect
        )

    return mattes


def _of_role(document: QuadmaskDocument, role: Role, frame: int, rect: Rect) -> Matte | None:
    """What the visible layers of a role set; that of a single raster is looked at, not copied."""
    layers = [
        layer
        for layer in document.layers
        if layer.visible and layer.role is role and _has_paint(layer, frame, rect)
    ]
    if len(layers) == 1 and not layers[0].shapes:
        return layers[0].rasters.look(frame, rect)
    made = np.zeros(rect.extent.shape, np.bool_)
    for layer in layers:
        layer.add_to(made, frame, rect)
    return made if layers else None


def _has_paint(layer: MatteLayer, frame: int, rect: Rect) -> bool:
    return bool(layer.shapes) or layer.rasters.look(frame, rect) is not None


def is_alone(document: QuadmaskDocument, layer: MatteLayer) -> bool:
    """Whether a layer is the only visible one of its role, so that its outline is the role's."""
    return [one for one in document.layers if one.visible and one.role is layer.role] == [layer]


def selected_outline(
    document: QuadmaskDocument, layer_id: str | None, frame: int
) -> tuple[Outline, ...]:
    """The outline of the selected layer, where it is visible and not the only one of its role."""
    layer = next((one for one in document.layers if one.id == layer_id), None)
    if layer is None or not layer.visible or is_alone(document, layer):
        return ()

    def matte(rect: Rect) -> Matte:
        made = np.zeros(rect.extent.shape, np.bool_)
        layer.add_to(made, frame, rect)
        return made

    dashed = layer.role is Role.AFFECTED
    return (Outline(matte, _rgb(layer.role.value), 1.0, dashed=dashed, width=SELECTED_PX),)


def without_affected(mattes: Mattes) -> Mattes:
    """Remove alone: VOID gets no affected area on its first frame (VOID_SPEC, frame-0 rule)."""
    return lambda rect: (mattes(rect)[0], None)


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
        made = np.zeros(rect.extent.shape, np.bool_)
        for matte in pair(rect):
            if matte is not None:
                made |= matte
        return made

    return filled


def _rgb(token: str) -> tuple[int, int, int]:
    made = colour(token)
    return (made.red(), made.green(), made.blue())
