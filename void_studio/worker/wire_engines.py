"""Engine facts and capabilities as protobuf messages, and back."""

from __future__ import annotations

import math

from void_studio.core import BadInput, Extent
from void_studio.engine import EngineInfo, ParamKind, ParamSpec, ParamValue
from void_studio.jobs import Capabilities, Device, Rate
from void_studio.worker.proto.void_studio.v1 import engine_pb2, worker_pb2
from void_studio.worker.protocol_version import check_protocol

__all__ = [
    "capabilities_of",
    "engine_message",
    "engine_of",
    "param_value_message",
    "param_value_of",
    "rate_message",
    "rate_of",
]

_KINDS = {
    ParamKind.BOOL: engine_pb2.PARAM_KIND_BOOL,
    ParamKind.INT: engine_pb2.PARAM_KIND_INT,
    ParamKind.FLOAT: engine_pb2.PARAM_KIND_FLOAT,
    ParamKind.TEXT: engine_pb2.PARAM_KIND_TEXT,
    ParamKind.CHOICE: engine_pb2.PARAM_KIND_CHOICE,
}
_KINDS_BACK = {number: kind for kind, number in _KINDS.items()}


def param_value_message(value: ParamValue) -> engine_pb2.ParamValue:
    """A parameter's value."""
    if isinstance(value, bool):
        return engine_pb2.ParamValue(bool_value=value)
    if isinstance(value, int):
        return engine_pb2.ParamValue(int_value=value)
    if isinstance(value, float):
        return engine_pb2.ParamValue(float_value=value)
    return engine_pb2.ParamValue(text_value=value)


def param_value_of(message: engine_pb2.ParamValue) -> ParamValue:
    """The value in a message. Raises BadInput when it has none."""
    match message.WhichOneof("value"):
        case "bool_value":
            return message.bool_value
        case "int_value":
            return message.int_value
        case "float_value":
            return message.float_value
        case "text_value":
            return message.text_value
    raise BadInput("a parameter has no value")


def _spec_message(spec: ParamSpec) -> engine_pb2.ParamSpec:
    return engine_pb2.ParamSpec(
        name=spec.name,
        kind=_KINDS[spec.kind],
        default_value=param_value_message(spec.default),
        help=spec.help,
        low=spec.low,
        high=spec.high,
        choices=spec.choices,
    )


def _spec_of(message: engine_pb2.ParamSpec) -> ParamSpec:
    if message.kind not in _KINDS_BACK:
        raise BadInput(f"parameter {message.name} is of a kind that this release does not know")
    return ParamSpec(
        message.name,
        _KINDS_BACK[message.kind],
        param_value_of(message.default_value),
        message.help,
        message.low if message.HasField("low") else None,
        message.high if message.HasField("high") else None,
        tuple(message.choices),
    )


def engine_message(info: EngineInfo) -> engine_pb2.EngineInfo:
    """Facts about an engine."""
    canvas = info.canvas
    return engine_pb2.EngineInfo(
        id=info.id,
        title=info.title,
        canvas=None
        if canvas is None
        else engine_pb2.Extent(width=canvas.width, height=canvas.height),
        params=[_spec_message(spec) for spec in info.params],
        licence=info.licence,
        weights_licence=info.weights_licence,
        needs_prompt=info.needs_prompt,
        weights=info.weights,
    )


def engine_of(message: engine_pb2.EngineInfo) -> EngineInfo:
    """The facts in a message."""
    canvas = message.canvas
    return EngineInfo(
        message.id,
        message.title,
        Extent(canvas.width, canvas.height) if message.HasField("canvas") else None,
        tuple(_spec_of(spec) for spec in message.params),
        message.licence,
        message.weights_licence,
        message.needs_prompt,
        message.weights,
    )


def rate_message(rate: Rate) -> worker_pb2.Rate:
    """What an engine took."""
    return worker_pb2.Rate(
        engine=rate.engine,
        device=rate.device,
        variant=rate.variant,
        canvas=engine_pb2.Extent(width=rate.canvas.width, height=rate.canvas.height),
        frames=rate.frames,
        amount=rate.amount,
        seconds=rate.seconds,
        step_s=rate.step_s,
    )


def rate_of(message: worker_pb2.Rate) -> Rate:
    """The rate in a message. Raises BadInput for numbers that make no sense."""
    if not all(
        0 <= number < math.inf for number in (message.amount, message.seconds, message.step_s)
    ):
        raise BadInput("a worker told a rate that makes no sense")
    return Rate(
        message.engine,
        message.device,
        message.variant,
        Extent(message.canvas.width, message.canvas.height),
        message.frames,
        message.amount,
        message.seconds,
        message.step_s,
    )


def capabilities_of(message: worker_pb2.Capabilities) -> Capabilities:
    """What a worker said that it can do. Raises Refused when it speaks another major protocol."""
    check_protocol(message.protocol, own_name="studio", other_name="worker")
    return Capabilities(
        message.worker_id,
        message.build,
        tuple(engine_of(engine) for engine in message.engines),
        tuple(message.segmenters),
        tuple(
            Device(device.id, device.name, device.memory_bytes, device.free_bytes)
            for device in message.devices
        ),
        message.queued,
        message.running,
        dict(message.switched_off),
        tuple(rate_of(rate) for rate in message.rates),
    )
