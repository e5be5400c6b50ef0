"""One job of a bundle, run in this process: what a farm's machine does for a shot."""

from __future__ import annotations

import signal
import sys
from typing import Any

from void_studio.api import Kind, new_registry
from void_studio.core import Cancelled, JobFailed, Rect
from void_studio.engine import RanFact, complete_params
from void_studio.jobs import JobBundle, JobState, PatchEntry, ResultManifest
from void_studio.worker.build import build_name, build_of
from void_studio.worker.child_render import run_order
from void_studio.worker.child_run import Order
from void_studio.worker.weights_of import with_weights

__all__ = ["run_bundled"]

_DEVICE = "farm"


def run_bundled(bundle: JobBundle, name: str) -> bool:
    """Run a job to its result; False when it has one already.

    Progress goes to stdout in the words of Open Job Description. SIGTERM stops the job; it goes on
    from its last checkpoint when it is run again. Raises JobFailed or Cancelled.
    """
    if bundle.result(name) is not None:
        return False
    spec, registry = bundle.spec(name), new_registry()
    engine = with_weights(registry.load(Kind.ENGINE, spec.engine).info())
    build = build_of(build_name(), engine)
    state, patches = bundle.checkpoint(name, build) or (None, ())
    order = Order(
        job=name,
        engine=spec.engine,
        weights=engine.weights,
        params=complete_params(engine.params, dict(spec.params)),
        prompt=spec.prompt,
        clip=spec.clip,
        allow=spec.allow.value,
        resume=state,
        patches=len(patches),
        log="",
    )
    front = _Front(bundle, name, build, patches)
    cancelled: set[str] = set()
    before = signal.signal(signal.SIGTERM, lambda *_: cancelled.add(name))
    try:
        run_order(front, registry, bundle, order, cancelled)
    finally:
        signal.signal(signal.SIGTERM, before)
    front.finish()
    return True


class _Front:
    """Keeps what the engine's run says in the bundle."""

    def __init__(
        self, bundle: JobBundle, name: str, build: str, patches: tuple[PatchEntry, ...]
    ) -> None:
        self._bundle = bundle
        self._name = name
        self._build = build
        self._patches = list(patches)
        self._ran: dict[str, RanFact] = {}
        self._ended: tuple[JobState, str] = (JobState.FAILED, "the engine said nothing")

    def send(self, name: str, data: bytes = b"", **fields: Any) -> None:
        """Keep, or print, one message."""
        match name:
            case "patch":
                rect = Rect(*fields["rect"])
                self._patches.append(
                    PatchEntry(fields["frame"], rect, fields["pixels"], fields["confidence"])
                )
            case "checkpoint":
                before = self._patches[: fields["patches"]]
                self._bundle.keep_checkpoint(self._name, fields["state"], self._build, before)
            case "progress":
                _say(f"openjd_progress: {100 * fields['done'] / max(1, fields['total']):.1f}")
            case "stage" | "log":
                _say(f"openjd_status: {fields['text']}")
            case "ran":
                self._ran = fields["facts"]
            case "ended":
                self._ended = (JobState(fields["state"]), fields["message"])

    def finish(self) -> None:
        """Store the result, or raise why there is none."""
        state, message = self._ended
        if state is JobState.CANCELLED:
            raise Cancelled("the job was stopped", where=self._name)
        if state is not JobState.SUCCEEDED:
            raise JobFailed(message, where=self._name)
        ran = tuple(sorted(self._ran.items()))
        result = ResultManifest(self._build, _DEVICE, tuple(self._patches), ran)
        self._bundle.finish(self._name, result)


def _say(line: str) -> None:
    sys.stdout.write(line.replace("\n", " ") + "\n")
    sys.stdout.flush()
