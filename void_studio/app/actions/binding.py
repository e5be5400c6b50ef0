"""Which keys call which action, once a person's own keys are counted in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from void_studio.app.actions.model import Action, Context

__all__ = ["Clash", "active_in", "bound_keys", "clashes"]


@dataclass(frozen=True, slots=True)
class Clash:
    """A key that more than one action claims in a context."""

    key: str
    context: Context
    actions: tuple[str, ...]


def bound_keys(
    actions: Iterable[Action], own: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """The keys of every action by its id: the person's own where given, else the defaults."""
    return {action.id: own.get(action.id, action.keys) for action in actions}


def active_in(context: Context, actions: Iterable[Action]) -> tuple[Action, ...]:
    """The actions whose keys compete in a context."""
    return tuple(action for action in actions if action.context in {Context.WINDOW, context})


def clashes(actions: Iterable[Action], keys: Mapping[str, tuple[str, ...]]) -> tuple[Clash, ...]:
    """Every key that two actions share in one context."""
    listed = tuple(actions)
    found: dict[tuple[str, tuple[str, ...]], Clash] = {}
    for context in Context:
        claimed: dict[str, list[str]] = defaultdict(list)
        for action in active_in(context, listed):
            for key in keys[action.id]:
                claimed[key].append(action.id)
        for key, ids in claimed.items():
            if len(ids) > 1:
                found.setdefault((key, tuple(ids)), Clash(key, context, tuple(ids)))
    return tuple(found.values())
