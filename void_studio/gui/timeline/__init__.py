"""The cut as a strip: tracks, clips, playhead."""

from __future__ import annotations

from void_studio.gui.timeline.strip import TimelineStrip

__all__ = ["TimelineStrip"]
