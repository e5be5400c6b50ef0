"""Finishing: canvas to plate and back, support, composite in native samples, grain."""

from void_studio.finish.framing import Framing, FramingMode

__all__ = ["Framing", "FramingMode"]
