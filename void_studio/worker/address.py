"""Addresses of workers: HOST:PORT, [IPV6]:PORT."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from void_studio.core import UsageError

__all__ = ["Address"]

_PORTS = 1 << 16


@dataclass(frozen=True, slots=True)
class Address:
    """A host and a port; port 0 asks for a free one."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read what a person wrote. Raises UsageError when it is no address."""
        host, _, port = text.rpartition(":")
        host = host.removeprefix("[").removesuffix("]")
        if not host or not port.isascii() or not port.isdigit() or int(port) >= _PORTS:
            raise UsageError("this is no address", where=text, hint="write HOST:PORT")
        return cls(host, int(port))

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can be on the other side."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def from_here(self) -> Address:
        """By which this machine reaches who listens here: loopback for "every address"."""
        return Address({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host), self.port)  # noqa: S104

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"
