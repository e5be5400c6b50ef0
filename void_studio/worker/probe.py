"""What this worker can do, learnt from a short-lived child: the front loads no engine itself."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from google.protobuf.message import DecodeError

from void_studio.core import NotPresent, UsageError
from void_studio.engine import EngineInfo
from void_studio.jobs import Device
from void_studio.worker.children import Child
from void_studio.worker.processes import machine_memory
from void_studio.worker.proto.void_studio.v1 import worker_pb2
from void_studio.worker.wire_engines import engine_of

__all__ = ["CPU", "Facts", "cpu_device", "probe_worker"]

CPU = "cpu:0"


@dataclass(frozen=True, slots=True)
class Facts:
    """Engines and segmenters that could be loaded, why others could not, and the GPUs.

    The GPUs' free memory is that of the moment of the probe.
    """

    engines: tuple[EngineInfo, ...]
    segmenters: tuple[str, ...]
    switched_off: Mapping[str, str]
    gpus: tuple[Device, ...] = ()

    def engine(self, id_: str) -> EngineInfo:
        """An engine by id. Raises UsageError when this worker has none."""
        for info in self.engines:
            if info.id == id_:
                return info
        if id_ in self.switched_off:
            raise NotPresent(f"engine {id_} is switched off: {self.switched_off[id_]}")
        known = ", ".join(info.id for info in self.engines) or "none"
        raise UsageError(f"this worker has no engine {id_!r}", hint=f"it has: {known}")


def probe_worker(log: Path) -> Facts:
    """Start a probe child and hear it. Raises NotPresent when it tells nothing."""
    with Child(["probe"], log) as child:
        answer = child.receive()
        if answer is None:
            raise NotPresent(
                f"the worker could not find out what it has: its probe {child.ending()}",
                where=log,
                hint="see that log; a plugin may be at fault",
            )
    try:
        found = worker_pb2.Capabilities.FromString(answer.data)
    except DecodeError as error:
        raise NotPresent("the worker's probe said what makes no sense", where=log) from error
    engines = tuple(engine_of(engine) for engine in found.engines)
    gpus = tuple(
        Device(gpu.id, gpu.name, gpu.memory_bytes, gpu.free_bytes) for gpu in found.devices
    )
    return Facts(engines, tuple(found.segmenters), dict(found.switched_off), gpus)


def cpu_device() -> Device:
    """The processor of this machine, with its memory as it is now."""
    total, free = machine_memory()
    return Device(CPU, platform.processor() or platform.machine(), total, free)
