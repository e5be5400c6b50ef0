"""The GPUs that torch can use."""

from __future__ import annotations

from ctypes.util import find_library
from importlib.util import find_spec
from pathlib import Path

__all__ = ["gpu_devices"]


def gpu_devices() -> tuple[tuple[str, str, int, int], ...]:
    """Id such as cuda:0, name, bytes of memory and those that are free, of every GPU.

    Torch is imported only where a driver is installed: that takes seconds.
    """
    driver = find_library("cuda") or find_library("nvcuda") or Path("/dev/nvidiactl").exists()
    if not driver or find_spec("torch") is None:
        return ()
    import torch

    found = []
    for index in range(torch.cuda.device_count()):
        free, total = torch.cuda.mem_get_info(index)
        found.append((f"cuda:{index}", torch.cuda.get_device_name(index), total, free))
    return tuple(found)
