"""The first-block cache: where the first block hardly changes, the rest is repeated.

The idea is that of ParaAttention's first-block cache, also in diffusers; here every window, and
every half of the guidance, has a state of its own, since windows of a step are unlike each other.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

__all__ = ["FirstBlockCache"]

_ON_DEVICE = 4


@dataclass(slots=True, eq=False)
class _State:
    first: torch.Tensor
    first_out: torch.Tensor | None
    rest: torch.Tensor | None = None
    repeats: bool = False


class FirstBlockCache:
    """States of one pass; `hits` of `calls` were repeated.

    Two tensors of the size of the hidden states are kept for each window, on the device for the
    first four and in the computer's memory for the others. They are not in a checkpoint: a run that
    goes on from one computes its next step whole.
    """

    def __init__(self, threshold: float) -> None:
        self.threshold = threshold
        self.hits = 0
        self.calls = 0
        self._states: dict[tuple[int, int], _State] = {}

    def entered(
        self, key: tuple[int, int], before: torch.Tensor, after: torch.Tensor
    ) -> torch.Tensor:
        """Hidden states to go on with after the first block, which took `before` to `after`."""
        self.calls += 1
        change, state = after - before, self._states.get(key)
        if state is not None and state.rest is not None and self._is_near(change, state.first):
            self.hits += 1
            state.repeats = True
            return after + state.rest.to(after.device)
        self._states[key] = _State(self._kept(key, change), after)
        return after

    def repeated(self, key: tuple[int, int]) -> bool:
        """Whether the blocks after the first are to be left out."""
        return self._states[key].repeats

    def left(self, key: tuple[int, int], hidden: torch.Tensor) -> None:
        """Hidden states after the last block, of an input that went through all of them."""
        state = self._states[key]
        if state.first_out is not None:
            state.rest = self._kept(key, hidden - state.first_out)
            state.first_out = None

    def _is_near(self, change: torch.Tensor, earlier: torch.Tensor) -> bool:
        earlier = earlier.to(change.device)
        return bool((change - earlier).abs().mean() < self.threshold * earlier.abs().mean())

    def _kept(self, key: tuple[int, int], tensor: torch.Tensor) -> torch.Tensor:
        return tensor if key[0] < _ON_DEVICE else tensor.cpu()
