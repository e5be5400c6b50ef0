"""The viewer: the exact frame with its mattes, the tools that paint, transport and shot strip."""

from __future__ import annotations

from void_studio.gui.viewer.canvas import Canvas
from void_studio.gui.viewer.options_bar import OptionsBar
from void_studio.gui.viewer.pane import ViewerPane
from void_studio.gui.viewer.shot_strip import ShotStrip
from void_studio.gui.viewer.tool_column import ToolColumn

__all__ = ["ViewerPane", "Canvas", "ToolColumn", "OptionsBar", "ShotStrip"]
