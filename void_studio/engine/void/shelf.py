"""What was computed from the same content before: prompts read, frames encoded.

Everything lies on the CPU, within a limit; what was used longest ago goes first.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import torch

__all__ = ["Cache", "EncodedShelf", "Shelf", "moved"]

Cache = Any
_CPU = torch.device("cpu")


class Shelf:
    """Tensors, or nested mappings of them, by key; `limit_bytes` in all."""

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        self.held_bytes = 0
        self._held: OrderedDict[str, tuple[Any, int]] = OrderedDict()

    def get(self, key: str) -> Any:
        """What is held under `key`, or None."""
        if key not in self._held:
            return None
        self._held.move_to_end(key)
        return self._held[key][0]

    def put(self, key: str, value: Any) -> None:
        """Hold a copy on the CPU; what alone is over the limit is not held."""
        size = size_of(value)
        if key in self._held or size > self.limit_bytes:
            return
        while self.held_bytes + size > self.limit_bytes:
            _, (_, freed) = self._held.popitem(last=False)
            self.held_bytes -= freed
        self._held[key] = (moved(value, _CPU), size)
        self.held_bytes += size


@dataclass(slots=True, eq=False)
class EncodedShelf:
    """Latents of chunks and the encoder's states between them, for one sequence of frames.

    `keys` has one for each chunk, which stands for all frames up to its end. Latents of equal
    beginnings are taken as they are; encoding goes on where a state is held. States are large: they
    are only kept where `states` is given, and only as often as its limit has room for.
    """

    latents: Shelf
    states: Shelf | None
    keys: Sequence[str]
    hits: int = field(default=0)

    @classmethod
    def empty(cls) -> Self:
        """One that holds nothing and keeps nothing."""
        return cls(Shelf(0), None, ())

    def whole(self) -> torch.Tensor | None:
        """The latents (1, 16, T, h, w) of all chunks, where all are held."""
        chunks = self._held()
        if not chunks or len(chunks) < len(self.keys):
            return None
        self.hits = len(chunks)
        return torch.cat(chunks, dim=2)

    def start(self) -> tuple[list[torch.Tensor], Cache, int]:
        """Chunks that are there, the state after them, and the number of the chunk to go on with.

        The last chunk is always encoded; see `whole`.
        """
        chunks = self._held()[: max(0, len(self.keys) - 1)]
        for number in range(len(chunks), 0, -1):
            state = self.states.get(self.keys[number - 1]) if self.states else None
            if state is not None:
                self.hits = number
                return chunks[:number], state, number
        return [], None, 0

    def _held(self) -> list[torch.Tensor]:
        chunks = []
        for key in self.keys:
            if (latents := self.latents.get(key)) is None:
                break
            chunks.append(latents)
        return chunks

    def keep(self, number: int, latents: torch.Tensor, state: Cache) -> None:
        """Chunk `number` and the encoder's state after it."""
        if not self.keys:
            return
        self.latents.put(self.keys[number], latents)
        if self.states is not None and self._is_worth(number, size_of(state)):
            self.states.put(self.keys[number], state)

    def _is_worth(self, number: int, size_bytes: int) -> bool:
        """Whether a state is kept here: spread over the chunks, as many as half the limit holds."""
        limit = 0 if self.states is None else self.states.limit_bytes
        room = limit // 2 // max(1, size_bytes)
        last = len(self.keys) - 1
        return number < last and room > 0 and (number + 1) % -(-last // room) == 0


def moved(value: Any, device: torch.device) -> Any:
    """Tensors, in nested mappings or alone, on `device`; None stays None."""
    if isinstance(value, dict):
        return {key: moved(part, device) for key, part in value.items()}
    return value if value is None else value.to(device)


def size_of(value: Any) -> int:
    """Bytes of the tensors in `value`."""
    if isinstance(value, dict):
        return sum(map(size_of, value.values()))
    return 0 if value is None else value.numel() * value.element_size()
