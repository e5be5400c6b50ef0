"""The draft engine: fills a hole with what other frames of the shot show there. CPU, no weights."""

from void_studio.engine.draft.engine import DraftEngine

__all__ = ["DraftEngine"]
