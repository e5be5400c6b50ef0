"""What jobs took on this worker, the latest of each kind: `rates.json` of its state folder."""

from __future__ import annotations

import json
import logging
import math
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any

from void_studio.core import Extent, StudioError, canonical_json, read_limited, write_whole
from void_studio.jobs import Rate

__all__ = ["Rates"]

_log = logging.getLogger(__name__)
_SCHEMA = "void_studio.rates.1"
_LIMIT_BYTES = 1 << 20
_MOST = 200


class Rates:
    """Any thread may use it. A file that makes no sense is logged and begun anew."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._rates = self._read()

    def all(self) -> tuple[Rate, ...]:
        """Every rate, the latest last."""
        with self._lock:
            return self._rates

    def keep(self, rate: Rate) -> None:
        """Keep a rate in place of the one of the same kind, if it makes sense."""
        if not (0 < rate.amount < math.inf and 0 < rate.seconds < math.inf):
            return
        with self._lock:
            others = [other for other in self._rates if _kind(other) != _kind(rate)]
            self._rates = (*others, rate)[-_MOST:]
            write_whole(self._path, _encoded(self._rates))

    def _read(self) -> tuple[Rate, ...]:
        if not self._path.exists():
            return ()
        try:
            value = json.loads(read_limited(self._path, _LIMIT_BYTES))
            if value["schema"] != _SCHEMA:
                raise ValueError(f"schema {value['schema']!r}")
            return tuple(_rate_of(item) for item in value["rates"][-_MOST:])
        except (StudioError, ValueError, KeyError, TypeError, RecursionError) as error:
            _log.warning("%s: what jobs took is malformed (%s) and begun anew", self._path, error)
            return ()


def _kind(rate: Rate) -> tuple[object, ...]:
    return rate.engine, rate.device, rate.variant, rate.canvas


def _encoded(rates: tuple[Rate, ...]) -> bytes:
    items = [{**asdict(rate), "canvas": [rate.canvas.width, rate.canvas.height]} for rate in rates]
    return canonical_json({"schema": _SCHEMA, "rates": items})


def _rate_of(item: dict[str, Any]) -> Rate:
    width, height = item["canvas"]
    numbers = [float(item[name]) for name in ("amount", "seconds", "step_s")]
    if not all(0 <= number < math.inf for number in numbers):
        raise ValueError("a number is out of bounds")
    amount, seconds, step_s = numbers
    return Rate(
        str(item["engine"]),
        str(item["device"]),
        str(item["variant"]),
        Extent(int(width), int(height)),
        int(item["frames"]),
        amount,
        seconds,
        step_s,
    )
