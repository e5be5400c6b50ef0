"""The quadmask: painted layers, their packing to four stored numbers, and its lossless files."""

from void_studio.quadmask.check import QuadmaskReport, check_quadmask, suspicious_frames
from void_studio.quadmask.codec import decode_document, encode_document
from void_studio.quadmask.document import FrameState, QuadmaskDocument
from void_studio.quadmask.files import QuadmaskFile, read_quadmask, write_quadmask
from void_studio.quadmask.folder import write_quadmask_folder
from void_studio.quadmask.history import Edit, History, PaintAtom
from void_studio.quadmask.layer import MatteLayer, Role
from void_studio.quadmask.mattes import MatteFile, read_matte, write_matte
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
from void_studio.quadmask.placing import Covers, PlacedQuadmask, place_quadmask
from void_studio.quadmask.readings import Reading
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
    "QuadmaskFile",
    "Reading",
    "read_quadmask",
    "write_quadmask",
    "write_quadmask_folder",
    "MatteFile",
    "read_matte",
    "write_matte",
    "Covers",
    "PlacedQuadmask",
    "place_quadmask",
    "QuadmaskReport",
    "check_quadmask",
    "suspicious_frames",
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
