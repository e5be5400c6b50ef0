"""Lending models to a device and taking them back, and what is free there."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

import torch

__all__ = ["Home", "free_bytes", "give_back", "is_short", "pinned"]

_ARENA_BYTES = 1 << 29
_ALIGNMENT = 256
_SHORT = ("CUBLAS_STATUS_ALLOC_FAILED", "CUDNN_STATUS_ALLOC_FAILED", "CUDA error: out of memory")


class Home:
    """The parameters of a model on the CPU, where they stay while copies are lent to a device.

    Taking back drops the copies and moves nothing. Parameters that are one tensor stay one.
    """

    def __init__(self, model: torch.nn.Module, *, without: torch.nn.Module | None = None) -> None:
        left_out = set() if without is None else set(without.modules())
        self._places = [
            (tensors, name, tensor)
            for module in model.modules()
            if module not in left_out
            for tensors in (module._parameters, module._buffers)  # noqa: SLF001  no other way in
            for name, tensor in tensors.items()
            if tensor is not None
        ]
        self._lent_to: torch.device | None = None

    def lend(self, device: torch.device) -> None:
        """Have the model compute on `device`; nothing happens where it does already."""
        if self._lent_to == device:
            return
        copies: dict[int, torch.Tensor] = {}
        with torch.inference_mode(mode=False):
            for _, _, tensor in self._places:
                if id(tensor) not in copies:
                    copies[id(tensor)] = _copied(tensor, device)
        for tensors, name, tensor in self._places:
            tensors[name] = copies[id(tensor)]
        self._lent_to = device

    def take_back(self) -> None:
        """Drop the copies."""
        if self._lent_to is None:
            return
        for tensors, name, tensor in self._places:
            tensors[name] = tensor
        self._lent_to = None

    @contextmanager
    def lent(self, device: torch.device, *, stays: bool) -> Iterator[None]:
        """On `device` for a stage, and afterwards still there only if the model `stays`."""
        self.lend(device)
        try:
            yield
        finally:
            if not stays:
                self.take_back()
                give_back(device)


def free_bytes(device: torch.device) -> int | None:
    """What a job may use on `device`: free there, and held by this process; None for a CPU.

    What this process holds counts, since its models are taken back when a plan needs it.
    """
    if device.type != "cuda":
        return None
    free, _ = torch.cuda.mem_get_info(device)
    return int(free + torch.cuda.memory_reserved(device))


def give_back(device: torch.device) -> None:
    """Return memory that nothing uses to the device."""
    if device.type == "cuda":
        gc.collect()
        torch.cuda.empty_cache()


def is_short(error: RuntimeError) -> bool:
    """Whether an error says that memory ran out; a GPU's libraries have words of their own."""
    if isinstance(error, torch.OutOfMemoryError):
        return True
    return any(words in str(error) for words in _SHORT)


def pinned(tensors: list[torch.Tensor]) -> list[torch.Tensor]:
    """Copies in memory that a GPU reads without waiting; `tensors` themselves where it is short.

    They share blocks of 512 MiB: the allocator of pinned memory rounds up to powers of two.
    """
    arena = _Arena()
    try:
        return [arena.place(tensor) for tensor in tensors]
    except RuntimeError:
        return tensors


class _Arena:
    def __init__(self) -> None:
        self._block = torch.empty(0, dtype=torch.uint8)
        self._used = 0

    def place(self, tensor: torch.Tensor) -> torch.Tensor:
        wanted = tensor.numel() * tensor.element_size()
        if self._used + wanted > self._block.numel():
            size = max(_ARENA_BYTES, wanted)
            self._block = torch.empty(size, dtype=torch.uint8, pin_memory=True)
            self._used = 0
        place = self._block[self._used : self._used + wanted].view(tensor.dtype)
        self._used += -(-wanted // _ALIGNMENT) * _ALIGNMENT
        return place.view(tensor.shape).copy_(tensor)


def _copied(tensor: torch.Tensor, device: torch.device) -> torch.Tensor:
    copy = tensor.detach().to(device)
    if isinstance(tensor, torch.nn.Parameter):
        return torch.nn.Parameter(copy, requires_grad=False)
    return copy
