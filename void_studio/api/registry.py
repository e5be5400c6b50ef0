"""Contributions by kind and id, loaded on first use."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal, overload

from void_studio.assist import Reasoner, Segmenter
from void_studio.core import NotPresent, Refused, UsageError
from void_studio.engine import Engine

__all__ = ["Contribution", "Kind", "Place", "Registry"]


class Kind(Enum):
    """What a contribution is."""

    ENGINE = "engine"
    SEGMENTER = "segmenter"
    REASONER = "reasoner"
    PLATE_READER = "plate_reader"
    FRAME_WRITER = "frame_writer"
    PUBLISHER = "publisher"


class Place(Enum):
    """The process in which a contribution runs."""

    APP = "app"
    WORKER = "worker"


@dataclass(frozen=True, slots=True)
class Contribution:
    """One thing that a plugin, or the studio itself, offers; `target` is "module:Class"."""

    kind: Kind
    id: str
    target: str
    runs_in: Place
    plugin: str


class Registry:
    """Contributions known by id. Reading it imports nothing; `load` imports on first use.

    A contribution that can not be loaded is switched off for the rest of the session: `failed`
    names it with the reason, and further loads are refused with it.
    """

    def __init__(self, contributions: Iterable[Contribution] = ()) -> None:
        self._known: dict[tuple[Kind, str], Contribution] = {}
        self._loaded: dict[tuple[Kind, str], Any] = {}
        self.failed: dict[str, str] = {}
        for contribution in contributions:
            self.add(contribution)

    def add(self, contribution: Contribution) -> None:
        """Offer one more. Raises UsageError when its kind and id are taken."""
        key = (contribution.kind, contribution.id)
        if key in self._known:
            first = self._known[key].plugin
            raise UsageError(
                f"{contribution.kind.value} {contribution.id!r} of {contribution.plugin} is taken",
                hint=f"{first} has it; remove one of the two plugins",
            )
        self._known[key] = contribution

    def ids(self, kind: Kind) -> tuple[str, ...]:
        """What there is of `kind`, failed ones left out, in the order they were added."""
        return tuple(id_ for known, id_ in self._known if known is kind and id_ not in self.failed)

    @overload
    def load(self, kind: Literal[Kind.ENGINE], id_: str) -> Engine: ...
    @overload
    def load(self, kind: Literal[Kind.SEGMENTER], id_: str) -> Segmenter: ...
    @overload
    def load(self, kind: Literal[Kind.REASONER], id_: str) -> Reasoner: ...
    def load(self, kind: Kind, id_: str) -> Any:
        """The one instance of a contribution.

        Raises UsageError for an unknown id, Refused for one that is switched off, NotPresent when
        it can not be loaded.
        """
        key = (kind, id_)
        if key not in self._known:
            known = ", ".join(self.ids(kind)) or "none"
            raise UsageError(f"no {kind.value} {id_!r}", hint=f"there is: {known}")
        if id_ in self.failed:
            raise Refused(f"{kind.value} {id_} is switched off: {self.failed[id_]}")
        if key not in self._loaded:
            self._loaded[key] = self._instance(self._known[key])
        return self._loaded[key]

    def _instance(self, contribution: Contribution) -> Any:
        module, _, name = contribution.target.partition(":")
        try:
            return getattr(importlib.import_module(module), name)()
        except NotPresent as error:
            self.failed[contribution.id] = error.line()
            raise
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"
            self.failed[contribution.id] = reason
            raise NotPresent(
                f"{contribution.kind.value} {contribution.id} can not be loaded ({reason})",
                where=contribution.plugin,
                hint="it is switched off until the next start",
            ) from error
