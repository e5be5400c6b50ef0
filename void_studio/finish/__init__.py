"""Finishing: canvas to plate and back, support, composite in native samples, grain."""

from void_studio.finish.choose import choose_framing
from void_studio.finish.composite import composite, trim_patch
from void_studio.finish.convey import canvas_depth, canvas_pixels, canvas_quadmask, plate_patch
from void_studio.finish.framing import Framing, FramingMode
from void_studio.finish.grain import GrainModel, GrainSample, grain_sample, measure_grain
from void_studio.finish.regrain import regrain
from void_studio.finish.support import Support, covering_rect, support_of

__all__ = [
    "Framing",
    "FramingMode",
    "choose_framing",
    "canvas_depth",
    "canvas_pixels",
    "canvas_quadmask",
    "plate_patch",
    "Support",
    "support_of",
    "covering_rect",
    "composite",
    "trim_patch",
    "GrainModel",
    "GrainSample",
    "grain_sample",
    "measure_grain",
    "regrain",
]
