"""The quadmask: painted layers, their packing to four stored numbers, and its lossless files."""

from void_studio.quadmask.codec import decode_document, encode_document
from void_studio.quadmask.document import FrameState, QuadmaskDocument
from void_studio.quadmask.history import Edit, History, PaintAtom
from void_studio.quadmask.layer import MatteLayer, Role
from void_studio.quadmask.morphology import fill_holes, grow, remove_specks, shrink
from void_studio.quadmask.packing import (
    KEEP,
    affected_of,
    apply_frame0_rule,
    fill_of,
    pack,
    remove_of,
    snap,
    unpack_layers,
)
from void_studio.quadmask.sequence import Quadmask
from void_studio.quadmask.shapes import KeyedPolygon
from void_studio.quadmask.stroke import Stroke

__all__ = [
    "Quadmask",
    "QuadmaskDocument",
    "MatteLayer",
    "Role",
    "FrameState",
    "KeyedPolygon",
    "Stroke",
    "PaintAtom",
    "Edit",
    "History",
    "encode_document",
    "decode_document",
    "KEEP",
    "pack",
    "unpack_layers",
    "snap",
    "remove_of",
    "affected_of",
    "fill_of",
    "apply_frame0_rule",
    "grow",
    "shrink",
    "fill_holes",
    "remove_specks",
]
