"""The denoiser's blocks, one after the other, however they come to the device.

Streamed blocks are copied into modules that stay on the device, two in turn: while one computes,
the next one's parameters arrive on a stream of their own. Nothing is allocated on the way, and
events alone say when a module may be read or written.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import torch

from void_studio.engine.void.memory import pinned

__all__ = [
    "FP8",
    "Blocks",
    "Prepare",
    "ResidentBlocks",
    "Stored",
    "StreamedBlocks",
    "is_stored_whole",
    "stored_blocks",
]

FP8 = torch.float8_e4m3fn
Block = Callable[..., tuple[torch.Tensor, torch.Tensor]]
Prepare = Callable[[torch.nn.Module], Any]
Stored = list[list[torch.Tensor]]


class Blocks(Protocol):
    """Blocks in order; `streamed` says that going through them costs, whatever they are given."""

    streamed: bool

    def each(self) -> Iterator[Block]:
        """Every block, ready to be called until the next one is asked for."""
        ...


def as_they_are(block: torch.nn.Module) -> torch.nn.Module:
    """No preparation."""
    return block


class ResidentBlocks:
    """Blocks that lie on the device."""

    streamed = False

    def __init__(self, blocks: Sequence[torch.nn.Module], prepare: Prepare = as_they_are) -> None:
        self._blocks: list[Block] = [prepare(block) for block in blocks]

    def each(self) -> Iterator[Block]:
        """See Blocks."""
        return iter(self._blocks)


def is_stored_whole(name: str) -> bool:
    """Whether a block's parameter keeps its type under FP8: norms and what modulates them."""
    return "norm" in name


def stored_blocks(
    blocks: Sequence[torch.nn.Module], device: torch.device, *, fp8: bool, on_device: bool
) -> Stored:
    """Parameters of every block as they wait for their turn: on `device`, or on the CPU.

    On the CPU they are in pinned memory where `device` is a GPU. `fp8` is cast on the device,
    where that is fast.
    """
    stored = [
        [
            _as_stored(parameter.detach(), device, on_device, fp8 and not is_stored_whole(name))
            for name, parameter in block.named_parameters()
        ]
        for block in blocks
    ]
    return stored if on_device or device.type != "cuda" else _in_pinned_memory(stored)


def _as_stored(
    tensor: torch.Tensor, device: torch.device, on_device: bool, fp8: bool
) -> torch.Tensor:
    if not fp8:
        return tensor.to(device) if on_device else tensor
    cast = tensor.to(device).to(FP8)
    return cast if on_device else cast.cpu()


@dataclass(frozen=True, slots=True, eq=False)
class _Seat:
    """A module on the device; FP8 parameters arrive in `staging` and are cast there."""

    module: torch.nn.Module
    parameters: tuple[torch.Tensor, ...]
    staging: tuple[torch.Tensor | None, ...]
    call: Block
    arrived: Any
    free: Any


class StreamedBlocks:
    """Blocks like `like`, `stored` as `stored_blocks` gives them, each brought into a seat.

    `on_device` says that they are stored there, which needs one seat. Results are those of the
    stored parameters cast to the type of `like`.
    """

    def __init__(
        self,
        like: torch.nn.Module,
        stored: Stored,
        device: torch.device,
        *,
        on_device: bool,
        prepare: Prepare = as_they_are,
    ) -> None:
        self._device, self._stored = device, stored
        apart = device.type == "cuda" and not on_device
        self._stream: Any = torch.cuda.Stream(device) if apart else None
        with torch.inference_mode(mode=False):
            seats = 1 if on_device else 2
            self._seats = [self._seat(like, prepare) for _ in range(seats)]
        if self._stream is not None:  # the seats' memory may still be read for what lay there
            self._stream.wait_stream(torch.cuda.current_stream(device))
        self.streamed = not on_device

    def each(self) -> Iterator[Block]:
        """See Blocks."""
        ahead = len(self._seats) - 1
        for number in range(ahead):
            self._bring(number)
        for number in range(len(self._stored)):
            if number + ahead < len(self._stored):
                self._bring(number + ahead)
            seat = self._seats[number % len(self._seats)]
            self._wait_for(seat)
            try:
                yield seat.call
            finally:
                self._leave(seat)

    def close(self) -> None:
        """Wait until nothing is on its way, so that the seats' memory may go."""
        if self._device.type == "cuda":
            torch.cuda.synchronize(self._device)

    def _seat(self, like: torch.nn.Module, prepare: Prepare) -> _Seat:
        module = _empty_like(like, self._device)
        parameters = tuple(parameter.detach() for parameter in module.parameters())
        apart = self._stream is not None
        staging = tuple(
            torch.empty_like(parameter, dtype=FP8) if apart and source.dtype == FP8 else None
            for parameter, source in zip(parameters, self._stored[0], strict=True)
        )
        events = (torch.cuda.Event(), torch.cuda.Event()) if self._stream else (None, None)
        return _Seat(module, parameters, staging, prepare(module), *events)

    def _bring(self, number: int) -> None:
        seat = self._seats[number % len(self._seats)]
        if self._stream is None:
            _fill(seat, self._stored[number])
            return
        with torch.cuda.stream(self._stream):
            self._stream.wait_event(seat.free)
            _fill(seat, self._stored[number])
            seat.arrived.record(self._stream)

    def _wait_for(self, seat: _Seat) -> None:
        if self._stream is not None:
            torch.cuda.current_stream(self._device).wait_event(seat.arrived)

    def _leave(self, seat: _Seat) -> None:
        if self._stream is not None:
            seat.free.record(torch.cuda.current_stream(self._device))


def _empty_like(like: torch.nn.Module, device: torch.device) -> torch.nn.Module:
    module = copy.deepcopy(like)
    for part in module.modules():
        for name, parameter in list(part.named_parameters(recurse=False)):
            empty = torch.empty_like(parameter, device=device)
            setattr(part, name, torch.nn.Parameter(empty, requires_grad=False))
    return module


def _fill(seat: _Seat, stored: Sequence[torch.Tensor]) -> None:
    for parameter, staging, source in zip(seat.parameters, seat.staging, stored, strict=True):
        if staging is None:
            parameter.copy_(source, non_blocking=True)
        else:
            staging.copy_(source, non_blocking=True)
            parameter.copy_(staging)


def _in_pinned_memory(stored: Stored) -> Stored:
    flat = iter(pinned([tensor for tensors in stored for tensor in tensors]))
    return [[next(flat) for _ in tensors] for tensors in stored]
