"""Assistance: segmenters turn clicks into mattes, reasoners tell what the object touched."""

from void_studio.assist.affected import (
    AffectedCut,
    DraftedFrame,
    Suggestion,
    suggest_affected,
)
from void_studio.assist.grid import Cell, Grid, GridBox
from void_studio.assist.logits import logits_of, matte_of
from void_studio.assist.protocol import (
    Box,
    Click,
    Direction,
    FrameSource,
    MattePrompt,
    Prompt,
    Proposal,
    Segmenter,
    SegmenterSession,
)
from void_studio.assist.reasoned import affected_matte, belonging_prompt
from void_studio.assist.reasoned_file import (
    LARGEST_PROPOSALS_BYTES,
    ReasonedProposals,
    decode_reasoned,
    encode_reasoned,
)
from void_studio.assist.reasoner import (
    AffectedObject,
    Answer,
    Belonging,
    Category,
    FrameCells,
    PathPoint,
    Question,
    QuestionFrame,
    Reasoner,
    ReasonerInfo,
    ReasonerOptions,
    Sending,
    SentPicture,
    answer_faults,
)
from void_studio.assist.surround import cast_matte, contact_ring

__all__ = [
    "Segmenter",
    "SegmenterSession",
    "FrameSource",
    "Prompt",
    "Click",
    "Box",
    "MattePrompt",
    "Proposal",
    "Direction",
    "logits_of",
    "matte_of",
    "Reasoner",
    "ReasonerInfo",
    "ReasonerOptions",
    "Question",
    "QuestionFrame",
    "Sending",
    "SentPicture",
    "Answer",
    "AffectedObject",
    "Belonging",
    "Category",
    "FrameCells",
    "PathPoint",
    "Grid",
    "GridBox",
    "Cell",
    "answer_faults",
    "affected_matte",
    "belonging_prompt",
    "ReasonedProposals",
    "encode_reasoned",
    "decode_reasoned",
    "LARGEST_PROPOSALS_BYTES",
    "DraftedFrame",
    "AffectedCut",
    "Suggestion",
    "suggest_affected",
    "contact_ring",
    "cast_matte",
]
