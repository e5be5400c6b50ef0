"""The quadmask: painted layers, their packing to four stored numbers, and its lossless files."""

from void_studio.quadmask.packing import KEEP, affected_of, fill_of, pack, remove_of, snap
from void_studio.quadmask.sequence import Quadmask

__all__ = ["Quadmask", "KEEP", "pack", "snap", "remove_of", "affected_of", "fill_of"]
