"""The panels around the viewer; one file for each."""

from __future__ import annotations

from void_studio.gui.panels.certificate_panel import CertificatePanel
from void_studio.gui.panels.conform_dialog import ConformDialog
from void_studio.gui.panels.history_panel import HistoryPanel
from void_studio.gui.panels.layers_panel import LayersPanel
from void_studio.gui.panels.log_panel import LogPanel
from void_studio.gui.panels.model_view_panel import ModelViewPanel
from void_studio.gui.panels.queue_panel import QueuePanel
from void_studio.gui.panels.shot_panel import ShotPanel
from void_studio.gui.panels.versions_panel import VersionsPanel

__all__ = [
    "CertificatePanel",
    "LogPanel",
    "ModelViewPanel",
    "ConformDialog",
    "HistoryPanel",
    "LayersPanel",
    "QueuePanel",
    "ShotPanel",
    "VersionsPanel",
]
