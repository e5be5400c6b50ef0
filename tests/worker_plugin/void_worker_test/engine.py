"""An engine that inverts the filled box of every frame, and can be told to misbehave."""

import os
import signal
import time
from pathlib import Path

import numpy as np

from void_studio.api import (
    Checkpoint,
    DeviceLost,
    EngineInfo,
    Log,
    ParamKind,
    ParamSpec,
    Patch,
    Preview,
    Progress,
    Ran,
    Rect,
    Stage,
)
from void_studio.core import Cancelled, Refused

NEVER = -1


def _frame(name, what):
    return ParamSpec(name, ParamKind.INT, NEVER, what, low=-1, high=10_000)


PARAMS = (
    ParamSpec("gain", ParamKind.FLOAT, 1.0, "multiplies", low=0.0, high=2.0),
    ParamSpec("seed", ParamKind.INT, 0, "changes nothing", low=0, high=10_000),
    ParamSpec("gate", ParamKind.TEXT, "", "file to wait for at `hold_at`"),
    _frame("hold_at", "frame before which to wait for `gate`"),
    _frame("crash_at", "frame before which the process dies"),
    _frame("raise_at", "frame before which an unexpected error is raised"),
    _frame("refuse_at", "frame before which a StudioError is raised"),
    _frame("lose_at", "frame before which the device is lost"),
    _frame("bad_patch_at", "frame whose patch lies off the canvas"),
    ParamSpec("deaf", ParamKind.BOOL, default=False, help="does not listen to a cancel"),
)


class InvertEngine:
    def info(self):
        return EngineInfo("invert", "Invert", None, PARAMS, "Apache-2.0", "none", False)

    def run(self, clip, prompt, params, *, allow, resume, on_event, cancelled):
        first = int(resume) if resume else 0
        on_event(Stage("inverting"))
        on_event(Log(f"starting at frame {first}"))
        print("a library that prints to stdout")
        for index in range(first, len(clip)):
            self._misbehave(index, params, cancelled)
            yield self._patch(clip, index, params)
            done = index + 1
            on_event(Checkpoint(str(done).encode(), done))
            on_event(Progress(done, len(clip)))
            on_event(Preview(index, np.full((300, 1000, 3), index, np.uint8)))
        on_event(Ran((("allow", allow.value), ("process", os.getpid()))))

    def _patch(self, clip, index, params):
        rows, columns = np.nonzero(clip.quadmask(index) != 255)
        left, top = int(columns.min()), int(rows.min())
        right, bottom = int(columns.max()) + 1, int(rows.max()) + 1
        inside = 65535 - clip.pixels(index)[top:bottom, left:right].astype(np.uint16) * 257
        pixels = (inside * params["gain"]).clip(0, 65535).astype(np.uint16)
        confidence = np.full(pixels.shape[:2], 255, np.uint8)
        if index == params["bad_patch_at"]:
            left = clip.extent.width
        return Patch(index, Rect.of(left, top, left + pixels.shape[1], bottom), pixels, confidence)

    def _misbehave(self, index, params, cancelled):
        if index == params["crash_at"]:
            os.kill(os.getpid(), signal.SIGKILL)
        if index == params["raise_at"]:
            raise ZeroDivisionError("as told")
        if index == params["refuse_at"]:
            raise Refused("as told", hint="tell otherwise")
        if index == params["lose_at"]:
            raise DeviceLost("the device stopped computing, as told")
        while index == params["hold_at"] and not Path(params["gate"]).exists():
            if cancelled() and not params["deaf"]:
                raise Cancelled("as told")
            time.sleep(0.01)
