"""Assistance: segmenters that turn clicks into mattes."""

from void_studio.assist.edge import Edge, refine_edge
from void_studio.assist.logits import logits_of, matte_of
from void_studio.assist.protocol import (
    Box,
    Click,
    Direction,
    FrameSource,
    MattePrompt,
    Prompt,
    Proposal,
    Say,
    Segmenter,
    SegmenterSession,
    silent,
)

__all__ = [
    "Segmenter",
    "SegmenterSession",
    "FrameSource",
    "Say",
    "silent",
    "Prompt",
    "Click",
    "Box",
    "MattePrompt",
    "Proposal",
    "Direction",
    "Edge",
    "refine_edge",
    "logits_of",
    "matte_of",
]
