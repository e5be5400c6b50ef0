"""The probe child: loads every engine and segmenter once, looks for GPUs, and tells of it."""

from __future__ import annotations

from void_studio.api import Kind, Registry, new_registry
from void_studio.core import StudioError
from void_studio.engine import EngineInfo
from void_studio.engine.void.devices import gpu_devices
from void_studio.worker.child_link import Link
from void_studio.worker.proto.void_studio.v1 import worker_pb2
from void_studio.worker.weights_of import with_weights
from void_studio.worker.wire_engines import engine_message

__all__ = ["probe"]


def probe(link: Link) -> None:
    """Send one message with the engines and segmenters that can be loaded, and the GPUs."""
    registry = new_registry()
    engines = [
        engine_message(info)
        for id_ in registry.ids(Kind.ENGINE)
        if (info := _engine(registry, id_)) is not None
    ]
    segmenters = [id_ for id_ in registry.ids(Kind.SEGMENTER) if _segmenter_loads(registry, id_)]
    devices = [
        worker_pb2.Device(id=id_, name=name, memory_bytes=total, free_bytes=free)
        for id_, name, total, free in gpu_devices()
    ]
    found = worker_pb2.Capabilities(
        engines=engines, segmenters=segmenters, switched_off=registry.failed, devices=devices
    )
    link.send("facts", found.SerializeToString())


def _engine(registry: Registry, id_: str) -> EngineInfo | None:
    try:
        return with_weights(registry.load(Kind.ENGINE, id_).info())
    except StudioError as error:
        registry.failed.setdefault(id_, error.line())
        return None


def _segmenter_loads(registry: Registry, id_: str) -> bool:
    try:
        registry.load(Kind.SEGMENTER, id_)
    except StudioError as error:
        registry.failed.setdefault(id_, error.line())
        return False
    return True
