"""Motion between frames: homographies, dense flow, residuals."""

from void_studio.motion.camera import is_locked
from void_studio.motion.chain import HomographyChain, at_scale, map_points
from void_studio.motion.dense import Preset, consistency, dense_flow, warp
from void_studio.motion.homography import chain_homographies
from void_studio.motion.residual import residual_shift

__all__ = [
    "HomographyChain",
    "at_scale",
    "chain_homographies",
    "consistency",
    "dense_flow",
    "is_locked",
    "map_points",
    "residual_shift",
    "warp",
    "Preset",
]
