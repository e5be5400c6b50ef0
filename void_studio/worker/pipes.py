"""Messages between the front and a child: JSON and bytes, each with its length, over a pipe."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from typing import Any, BinaryIO

from void_studio.core import JobFailed
from void_studio.worker.limits import BLOB_BYTES

__all__ = ["Message", "read_message", "write_message"]

_LENGTHS = struct.Struct("<II")
_HEADER_BYTES = 1 << 24


@dataclass(frozen=True, slots=True)
class Message:
    """`name` says what it is, `fields` are JSON values, `data` is whatever bytes go with it."""

    name: str
    fields: dict[str, Any]
    data: bytes = b""


def write_message(stream: BinaryIO, message: Message) -> None:
    """Send a message. Raises BrokenPipeError when the other side is gone."""
    header = json.dumps({"name": message.name, **message.fields}).encode()
    stream.write(_LENGTHS.pack(len(header), len(message.data)) + header)
    stream.write(message.data)
    stream.flush()


def read_message(stream: BinaryIO) -> Message | None:
    """The next message, None when the other side has ended.

    Raises JobFailed for bytes that are no message.
    """
    lengths = stream.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    header_bytes, data_bytes = _LENGTHS.unpack(lengths)
    if header_bytes > _HEADER_BYTES or data_bytes > BLOB_BYTES:
        raise JobFailed("a child process sent what is no message")
    header, data = stream.read(header_bytes), stream.read(data_bytes)
    if len(header) < header_bytes or len(data) < data_bytes:
        return None
    try:
        fields = json.loads(header)
        return Message(fields.pop("name"), fields, data)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise JobFailed("a child process sent what is no message") from error
