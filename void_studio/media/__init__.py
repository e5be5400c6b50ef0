"""Plates in, frames out: exact frames, native samples, colour, the one resampler, canvas clips."""

from void_studio.media.arrays import LARGEST_ARRAY_BYTES, pack_array, unpack_array
from void_studio.media.canvas import MAX_CLIP_FRAMES, CanvasClip, CanvasManifest
from void_studio.media.colour import UNTAGGED, Colour, ColourTags, colour_of
from void_studio.media.frame import Frame
from void_studio.media.layout import PixelLayout, Plane, layout_of
from void_studio.media.plate import FrameWriter, PlateReader, PlateRef

__all__ = [
    "PlateRef",
    "PlateReader",
    "FrameWriter",
    "Frame",
    "PixelLayout",
    "Plane",
    "layout_of",
    "Colour",
    "ColourTags",
    "UNTAGGED",
    "colour_of",
    "CanvasClip",
    "CanvasManifest",
    "MAX_CLIP_FRAMES",
    "pack_array",
    "unpack_array",
    "LARGEST_ARRAY_BYTES",
]
