"""How long a run takes, apart from loading its models: what an estimate is made of."""

from __future__ import annotations

from statistics import median

__all__ = ["RunClock"]

_LOADING = "loading"


class RunClock:
    """Told of a run's stages and progress, with the time of each in seconds."""

    def __init__(self, now_s: float) -> None:
        self._began_s = now_s
        self._loading_since: float | None = None
        self._loading_s = 0.0
        self._last: tuple[int, float] | None = None
        self._units: list[float] = []

    def stage(self, name: str, now_s: float) -> None:
        """A stage began; those that load models are told by their name."""
        self._settle(now_s)
        self._last = None
        if name.startswith(_LOADING):
            self._loading_since = now_s

    def progress(self, done: int, now_s: float) -> None:
        """`done` units of the run are finished."""
        if self._last is not None and done == self._last[0] + 1:
            self._units.append(now_s - self._last[1])
        self._last = (done, now_s)

    def seconds(self, now_s: float) -> float:
        """Since the beginning, without loading."""
        self._settle(now_s)
        return now_s - self._began_s - self._loading_s

    @property
    def unit_s(self) -> float:
        """The median of a unit's time; 0 before two were finished in one stage."""
        return median(self._units) if self._units else 0.0

    def _settle(self, now_s: float) -> None:
        if self._loading_since is not None:
            self._loading_s += now_s - self._loading_since
            self._loading_since = None
