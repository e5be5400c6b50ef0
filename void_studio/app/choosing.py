"""Which worker renders: the one that was named, or the best that is free."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from void_studio.app.progress import Reporter
from void_studio.app.workers import Workers, connect_named
from void_studio.core import NotPresent, StudioError
from void_studio.jobs import Capabilities
from void_studio.worker.client import GrpcRunner

__all__ = ["BEST", "Choice", "Fleet", "best_of", "default_worker", "fleet_of"]

BEST = "best"
_LOCAL = "local"
_ASKED_AT_ONCE = 8
_CPU = "cpu"
_GB = 10**9


@dataclass(frozen=True, slots=True)
class Choice:
    """The worker that was chosen, and why, for people."""

    name: str
    reason: str


def default_worker() -> str:
    """Who renders when nobody says: the best of several added workers, else the local one."""
    return BEST if len(Workers().all()) > 1 else _LOCAL


def best_of(
    engine: str,
    offers: Mapping[str, Capabilities],
    others: Mapping[str, str],
    given: Mapping[str, int] | None = None,
) -> Choice:
    """The best of the workers that offer `engine`; `others` says why some did not answer.

    Engines of a fixed canvas are models: a GPU comes first for them. Then the fewest jobs for each
    device, the fewest of `given`, which this batch gave it, the most free memory, the name.
    Raises NotPresent when none has the engine.
    """
    able = {name: offer for name, offer in offers.items() if _has(offer, engine)}
    lacking = {name: _lack(offers[name], engine) for name in offers.keys() - able.keys()}
    reasons = [f"{name}: {reason}" for name, reason in sorted({**others, **lacking}.items())]
    if not able:
        raise NotPresent(
            f"no worker that was added can render with {engine}",
            where="; ".join(reasons),
            hint="see worker test NAME, or render with --worker local",
        )
    counted = given or {}
    name = min(able, key=lambda name: (*_rank(able[name], engine, counted.get(name, 0)), name))
    rest = [f"{other} {_state(able[other])}" for other in sorted(able) if other != name]
    return Choice(name, "; ".join([_state(able[name]), *rest, *reasons]))


class Fleet:
    """The workers that a batch may use. Made by `fleet_of`; links are kept open until its end."""

    def __init__(self, target: str, reporter: Reporter, stack: ExitStack) -> None:
        self._target = target
        self._reporter = reporter
        self._stack = stack
        self._runners: dict[str, GrpcRunner] = {}
        self._given: Counter[str] = Counter()

    def runner(self, engine: str) -> GrpcRunner:
        """Who renders the next job with `engine`; a choice is told to the reporter."""
        if self._target != BEST:
            return self._runner(self._target)
        offers, others = self._offers([worker.name for worker in Workers().all()])
        choice = best_of(engine, offers, others, self._given)
        self._given[choice.name] += 1
        self._reporter.note(f"worker {choice.name} renders: {choice.reason}")
        return self._runner(choice.name)

    def _offers(self, names: Sequence[str]) -> tuple[dict[str, Capabilities], dict[str, str]]:
        """What each worker offers now, or why it does not."""
        offers: dict[str, Capabilities] = {}
        others: dict[str, str] = {}
        with ThreadPoolExecutor(_ASKED_AT_ONCE, thread_name_prefix="ask") as pool:
            for name, found in zip(names, pool.map(self._offer, names), strict=True):
                if isinstance(found, StudioError):
                    others[name] = found.what
                else:
                    offers[name] = found
        return offers, others

    def _offer(self, name: str) -> Capabilities | StudioError:
        try:
            return self._runner(name).capabilities()
        except StudioError as error:
            return error

    def _runner(self, name: str) -> GrpcRunner:
        """The link to a worker, opened on first use."""
        if name not in self._runners:
            runner = connect_named(name)
            self._stack.callback(runner.close)
            self._runners[name] = runner
        return self._runners[name]


@contextmanager
def fleet_of(target: str, reporter: Reporter) -> Iterator[Fleet]:
    """A fleet of the worker `target`, or of all that were added when it is "best"."""
    with ExitStack() as stack:
        yield Fleet(target, reporter, stack)


def _has(offer: Capabilities, engine: str) -> bool:
    return any(info.id == engine for info in offer.engines)


def _lack(offer: Capabilities, engine: str) -> str:
    return offer.switched_off.get(engine, f"has no engine {engine}")


def _rank(offer: Capabilities, engine: str, given: int) -> tuple[bool, float, int, int]:
    is_model = any(info.id == engine and info.canvas is not None for info in offer.engines)
    load = (offer.queued + offer.running) / max(1, len(offer.devices))
    return is_model and not _gpus(offer), load, given, -_free(offer)


def _gpus(offer: Capabilities) -> int:
    return sum(not device.id.startswith(_CPU) for device in offer.devices)


def _free(offer: Capabilities) -> int:
    """Bytes free on its best device: a GPU's where it has one."""
    gpu = [device.free_bytes for device in offer.devices if not device.id.startswith(_CPU)]
    return max(gpu or [device.free_bytes for device in offer.devices], default=0)


def _state(offer: Capabilities) -> str:
    jobs = offer.queued + offer.running
    what = "VRAM" if _gpus(offer) else "memory"
    return (
        f"has {jobs} {'job' if jobs == 1 else 'jobs'} and {_free(offer) / _GB:.1f} GB {what} free"
    )
