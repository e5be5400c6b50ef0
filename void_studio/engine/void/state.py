"""The checkpoint of a run: the latents after step k and what job they belong to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save

from void_studio.core import BadInput

__all__ = ["State"]

_SCHEMA = "void.1"
_LENGTH_BYTES = 8


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """Latents (1, T, 16, h, w) on the CPU after `done` steps of pass `model_pass`.

    `job` is the digest of everything that the numbers depend on.
    """

    job: str
    model_pass: int
    done: int
    latents: torch.Tensor

    def encode(self) -> bytes:
        """As safetensors, which carries no code."""
        fields = {
            "schema": _SCHEMA,
            "job": self.job,
            "pass": str(self.model_pass),
            "done": str(self.done),
        }
        return bytes(save({"latents": self.latents.cpu().contiguous()}, fields))

    @classmethod
    def decode(cls, state: bytes, *, job: str, shape: tuple[int, ...]) -> State:
        """What `encode` wrote for the same job. Raises BadInput for anything else."""
        try:
            fields = _fields(state)
            if fields["schema"] != _SCHEMA:
                raise ValueError("schema")
            read = cls(
                fields["job"],
                int(fields["pass"]),
                int(fields["done"]),
                load(state)["latents"],
            )
            if read.latents.shape != shape or read.done < 0 or read.model_pass not in (1, 2):
                raise ValueError("shape, step or pass")
        except (ValueError, KeyError, TypeError, SafetensorError) as error:
            raise BadInput(
                f"a VOID checkpoint is malformed ({error})", hint="start again"
            ) from error
        if read.job != job:
            raise BadInput("a VOID checkpoint is of another job", hint="start again")
        return read


def _fields(state: bytes) -> Mapping[str, str]:
    length = int.from_bytes(state[:_LENGTH_BYTES], "little")
    header = json.loads(state[_LENGTH_BYTES : _LENGTH_BYTES + length])
    fields = header["__metadata__"]
    if not isinstance(fields, dict):
        raise TypeError("no fields")
    return fields
