"""WORKAROUND for PySide6 6.12.0 on Python 3.11, which ends the process after some thousand calls.

Calls that return None give it back without counting it, as Python 3.12 and later allow, where None
is immortal. In 3.11 its count then falls with every call, and the interpreter ends the process with
"deallocating None" once it is zero.
"""

from __future__ import annotations

import ctypes
import sys

__all__ = ["keep_none_alive"]

_ENOUGH = 1 << 40
_IMMORTAL_SINCE = (3, 12)


def keep_none_alive() -> None:
    """Raise None's count so far that no session brings it to zero. May be called again."""
    if sys.version_info < _IMMORTAL_SINCE and sys.getrefcount(None) < _ENOUGH // 2:
        ctypes.c_ssize_t.from_address(id(None)).value += _ENOUGH
