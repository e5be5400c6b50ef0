"""Prompts for VOID: the text describes what remains. What is wrong with one, and examples."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

__all__ = ["TEMPLATES", "PromptReport", "Reason", "Remark", "lint_prompt", "tokens_estimate"]

_MOST_TOKENS = 226
_FEWEST_WORDS = 4
_LONGEST_TEXT = 20_000
_TOKENS_PER_WORD = 1.35
_CHARACTERS_PER_TOKEN = 4.0

_REMOVAL = (
    r"remov(?:e[sd]?|ing|al)|eras(?:e[sd]?|ing)|delet(?:e[sd]?|ing)|disappear\w*|vanish\w*"
    r"|inpaint\w*|mask(?:ed)?|without|missing|absent|gone|invisible|nobody|no one|no longer"
    r"|instead of|used to be|get rid of|taken out"
)
_PEOPLE = (
    r"persons?|people|m[ae]n|wom[ae]n|boys?|girls?|child(?:ren)?|kids?|baby|guys?|lady|gentleman"
    r"|humans?|someone|somebody|crowd|pedestrians?|passers?-by|actors?|actress|crew|players?"
    r"|he|she|him|her|his|hers"
)
_INSTRUCTION = r"please|make|fill|replace|generate|create|show|keep"


class Reason(Enum):
    """What a remark is about."""

    EMPTY = "empty"
    NAMES_REMOVED = "names what is removed"
    REMOVAL_WORDS = "words about removing"
    TOO_LONG = "too long"
    PEOPLE = "words for people"
    INSTRUCTION = "an instruction"
    TOO_SHORT = "too short"
    SPACES = "double spaces or line breaks"


_ERRORS = {Reason.EMPTY, Reason.NAMES_REMOVED, Reason.REMOVAL_WORDS, Reason.TOO_LONG}

TEMPLATES: tuple[tuple[str, str], ...] = (
    ("interior", "A {room} with {furniture}, lit by {light}. The camera {movement}."),
    ("exterior", "A {place} with {what stands there} under {sky}. The camera {movement}."),
    ("table top", "A {surface} with {things that stay} standing still, soft {light}."),
    ("street", "An empty {street} lined with {buildings}, {weather}. The camera {movement}."),
    ("water", "A calm {water} reflecting {surroundings} at {time of day}."),
    ("falling thing", "A {thing} lies on the {surface} in a {place}, lit by {light}."),
)
"""Names and texts; a person fills in what stands in braces."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing about a prompt; `words` are those of the prompt that it is about."""

    reason: Reason
    words: tuple[str, ...]
    advice: str

    @property
    def is_error(self) -> bool:
        """Whether the result is likely to suffer; else it is worth a look."""
        return self.reason in _ERRORS


@dataclass(frozen=True, slots=True)
class PromptReport:
    """Remarks in the order of reading; `counted` tells that a tokenizer counted, not a guess."""

    tokens: int
    counted: bool
    remarks: tuple[Remark, ...]

    @property
    def ok(self) -> bool:
        """Whether there is no error."""
        return not any(remark.is_error for remark in self.remarks)


def tokens_estimate(text: str) -> int:
    """About how many of T5's tokens a text has, the end token included.

    The larger of 1.35 a word and one for four characters: on the safe side for English.
    """
    words = len(text.split()) * _TOKENS_PER_WORD
    return round(max(words, len(text) / _CHARACTERS_PER_TOKEN)) + 1


def lint_prompt(
    text: str, *, removed: Iterable[str] = (), count: Callable[[str], int] | None = None
) -> PromptReport:
    """What to change in a prompt. `removed` are nouns for what goes.

    `count` is a tokenizer's own count, the end token included; without one it is estimated. Raises
    ValueError for text beyond 20,000 characters.
    """
    if len(text) > _LONGEST_TEXT:
        raise ValueError(f"a prompt can not have {len(text)} characters")
    tokens = count(text) if count is not None else tokens_estimate(text)
    found = _empty(text) or [
        *_named(text, removed),
        *_removal(text),
        *_long(tokens, "" if count is not None else "about "),
        *_people(text),
        *_instruction(text),
        *_short(text),
        *_spaces(text),
    ]
    return PromptReport(tokens, count is not None, tuple(found))


def _empty(text: str) -> list[Remark]:
    if text.strip():
        return []
    return [Remark(Reason.EMPTY, (), "describe what remains in the shot")]


def _named(text: str, removed: Iterable[str]) -> list[Remark]:
    nouns = [re.escape(" ".join(noun.lower().split())) for noun in removed if noun.strip()]
    hits = _hits(text, rf"(?:{'|'.join(nouns)})(?:e?s)?") if nouns else ()
    advice = "leave it out: what the text names is painted back in"
    return [Remark(Reason.NAMES_REMOVED, hits, advice)] if hits else []


def _removal(text: str) -> list[Remark]:
    hits = _hits(text, _REMOVAL)
    advice = "describe what is there afterwards, not what is done or missing"
    return [Remark(Reason.REMOVAL_WORDS, hits, advice)] if hits else []


def _long(tokens: int, how: str) -> list[Remark]:
    if tokens <= _MOST_TOKENS:
        return []
    advice = f"{how}{tokens} tokens; the model reads {_MOST_TOKENS} and cuts the rest"
    return [Remark(Reason.TOO_LONG, (), advice)]


def _people(text: str) -> list[Remark]:
    hits = _hits(text, _PEOPLE)
    advice = "the model paints people where the text names some: only those that stay in the shot"
    return [Remark(Reason.PEOPLE, hits, advice)] if hits else []


def _instruction(text: str) -> list[Remark]:
    hits = _hits(" ".join(text.split()[:1]), _INSTRUCTION)
    advice = "the model takes a description, no order: say how the shot looks"
    return [Remark(Reason.INSTRUCTION, hits, advice)] if hits else []


def _short(text: str) -> list[Remark]:
    if len(text.split()) >= _FEWEST_WORDS:
        return []
    return [Remark(Reason.TOO_SHORT, (), "name the place, what stands in it, and the light")]


def _spaces(text: str) -> list[Remark]:
    if text == " ".join(text.split()):
        return []
    return [Remark(Reason.SPACES, (), "single spaces: tokenizers differ about others")]


def _hits(text: str, pattern: str) -> tuple[str, ...]:
    """What matches as whole words, each once, in the order of the text."""
    lowered = " ".join(text.lower().split())
    found = re.finditer(rf"(?<![\w-])(?:{pattern})(?![\w-])", lowered)
    return tuple(dict.fromkeys(match[0] for match in found))
