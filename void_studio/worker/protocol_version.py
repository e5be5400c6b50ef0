"""The version of the protocol, said by both ends: minors of one major understand each other.

A minor adds calls and fields, which the older end does not know and ignores; a major changes what
is there. Who says nothing speaks 1.0, the protocol before it was told.
"""

from __future__ import annotations

from void_studio.core import Refused

__all__ = ["PROTOCOL", "PROTOCOL_KEY", "check_protocol"]

PROTOCOL = "1.3"
PROTOCOL_KEY = "void-protocol"
_SHOWN = 20


def check_protocol(other: str, *, own_name: str, other_name: str) -> None:
    """Raise Refused when the end `other_name` speaks another major than this end, `own_name`."""
    if not other:
        return
    major, own = other.partition(".")[0], PROTOCOL.partition(".")[0]
    if major != own:
        older = major.isascii() and major.isdigit() and int(major[:_SHOWN]) < int(own)
        raise Refused(
            f"the {own_name} speaks protocol {PROTOCOL}, the {other_name} {other[:_SHOWN]!r}",
            hint=f"update the {other_name if older else own_name}",
        )
