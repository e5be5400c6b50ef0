"""Data files that come with the studio; where they are is core's to know."""

from __future__ import annotations

from void_studio.core import resource

__all__ = ["resource"]
