"""Plates in, frames out: exact frames, native samples, colour, the one resampler, canvas clips."""

from void_studio.media.arrays import LARGEST_ARRAY_BYTES, pack_array, unpack_array
from void_studio.media.canvas import MAX_CLIP_FRAMES, CanvasClip, CanvasManifest
from void_studio.media.codecs import missing_codecs
from void_studio.media.colour import UNTAGGED, Colour, ColourTags, colour_of
from void_studio.media.convert import rgb_of, samples_of_rgb
from void_studio.media.delivery import DeliveryKind, delivery_for, is_bit_exact, open_delivery
from void_studio.media.exchange import is_exchange_exact, open_exchange
from void_studio.media.frame import Frame, component_planes, repack
from void_studio.media.layout import PixelLayout, Plane, component_names, layout_of, plane_rect
from void_studio.media.master import master_layout, master_suffix, open_master
from void_studio.media.movie import MoviePlateReader
from void_studio.media.opening import open_plate, probe_plate, reopen_plate
from void_studio.media.pattern import (
    SequencePattern,
    is_pattern,
    is_sequence,
    parse_pattern,
    sequence_frames,
)
from void_studio.media.picture import decode_picture
from void_studio.media.plate import FrameWriter, PlateReader, PlateRef
from void_studio.media.png import encode_jpeg, write_png
from void_studio.media.proxy import PROXY_SUFFIX, open_proxy_writer, proxy_extent
from void_studio.media.resample import area_mean, enlarge, resize
from void_studio.media.screen import ScreenPicture, screen_picture
from void_studio.media.sound import Sound, check_sound, sound_of, streams_left_out
from void_studio.media.times import frame_times

__all__ = [
    "PlateRef",
    "PlateReader",
    "FrameWriter",
    "MoviePlateReader",
    "open_plate",
    "reopen_plate",
    "SequencePattern",
    "is_pattern",
    "is_sequence",
    "parse_pattern",
    "sequence_frames",
    "probe_plate",
    "frame_times",
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
    "component_names",
    "component_planes",
    "plane_rect",
    "repack",
    "rgb_of",
    "samples_of_rgb",
    "area_mean",
    "enlarge",
    "resize",
    "master_layout",
    "master_suffix",
    "open_master",
    "DeliveryKind",
    "delivery_for",
    "is_bit_exact",
    "open_delivery",
    "write_png",
    "encode_jpeg",
    "decode_picture",
    "missing_codecs",
    "is_exchange_exact",
    "open_exchange",
    "Sound",
    "check_sound",
    "sound_of",
    "streams_left_out",
    "ScreenPicture",
    "screen_picture",
    "PROXY_SUFFIX",
    "open_proxy_writer",
    "proxy_extent",
]
