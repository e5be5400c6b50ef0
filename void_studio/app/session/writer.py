"""The one thread that has the project file open."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeVar

from psygnal import Signal

from void_studio.app.session.posting import Post
from void_studio.app.session.values import SaveState

if TYPE_CHECKING:
    from void_studio.project import Project

__all__ = ["ProjectWriter"]

T = TypeVar("T")


class ProjectWriter:
    """Does everything with the project file, in the order in which it was asked.

    `saved` is emitted on the session's thread.
    """

    saved = Signal(SaveState)

    def __init__(self, open_project: Callable[[], Project], *, post: Post) -> None:
        self._open_project = open_project
        self._post = post

    def call(self, work: Callable[[Project], T]) -> Future[T]:
        """Do `work` on the writer's thread. Any thread may ask; wait for it on tasks only."""
        raise NotImplementedError
