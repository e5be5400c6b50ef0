"""The quadmask: painted layers, their packing to four stored numbers, and its lossless files."""

from void_studio.quadmask.bits import Matte
from void_studio.quadmask.check import QuadmaskReport, check_quadmask, suspicious_frames
from void_studio.quadmask.codec import (
    decode_change,
    decode_document,
    encode_change,
    encode_document,
    encode_snapshot,
)
from void_studio.quadmask.document import QuadmaskDocument
from void_studio.quadmask.files import QuadmaskFile, read_quadmask, write_quadmask
from void_studio.quadmask.folder import write_quadmask_folder
from void_studio.quadmask.history import Change, ChangeKind, Edit, History, PaintAtom
from void_studio.quadmask.layer import MatteLayer, Role
from void_studio.quadmask.mattes import MatteFile, read_matte, write_matte
from void_studio.quadmask.morphology import fill_holes, grow, remove_specks, shrink
from void_studio.quadmask.origin import FrameState, Origin
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
from void_studio.quadmask.prompts import BoxPrompt, LayerPrompt, PointPrompt
from void_studio.quadmask.rasters import PaintedFrame
from void_studio.quadmask.readings import Reading
from void_studio.quadmask.regions import (
    GRID_ROWS,
    Region,
    Segment,
    ellipse_region,
    flood_region,
    grid_cell,
    polygon_region,
    rect_region,
    segments_region,
)
from void_studio.quadmask.reworked import painted_frame, rework
from void_studio.quadmask.sequence import Quadmask
from void_studio.quadmask.shapes import KeyedPolygon
from void_studio.quadmask.snapshot import LayerSnapshot, QuadmaskSnapshot
from void_studio.quadmask.stroke import Stroke

__all__ = [
    "Quadmask",
    "QuadmaskDocument",
    "MatteLayer",
    "Role",
    "FrameState",
    "Origin",
    "PointPrompt",
    "BoxPrompt",
    "LayerPrompt",
    "QuadmaskSnapshot",
    "LayerSnapshot",
    "KeyedPolygon",
    "Stroke",
    "Matte",
    "PaintAtom",
    "Edit",
    "History",
    "Change",
    "ChangeKind",
    "encode_document",
    "encode_snapshot",
    "decode_document",
    "encode_change",
    "decode_change",
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
    "PaintedFrame",
    "painted_frame",
    "rework",
    "Region",
    "Segment",
    "segments_region",
    "rect_region",
    "ellipse_region",
    "polygon_region",
    "flood_region",
    "GRID_ROWS",
    "grid_cell",
    "grow",
    "shrink",
    "fill_holes",
    "remove_specks",
]
