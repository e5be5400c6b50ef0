"""HTTP with limits: no redirects, a bounded answer, a deadline, errors in the studio's words."""

from __future__ import annotations

import ipaddress
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar
from urllib.parse import urlsplit

from affected_by_vlm.answers import LARGEST_ANSWER_BYTES
from void_studio.api import Cancelled, JobFailed, Refused, StudioError, UsageError

__all__ = ["MALFORMED", "TooMuch", "check_base_url", "declined", "guarded_client", "within"]

_LARGEST_BODY_BYTES = 2 * LARGEST_ANSWER_BYTES
_LONGEST_MESSAGE = 200
_POLL_S = 0.05

Result = TypeVar("Result")

MALFORMED = (ValueError, TypeError, LookupError, AttributeError, RecursionError)
"""What a service's library may raise over a body that is no answer."""


class TooMuch(Exception):
    """The service sends more than an answer can have, or to somewhere else."""


def check_base_url(url: str, *, key: str) -> str:
    """`url` when it may be asked: https anywhere, http only to this machine or without a key."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(f"base URL {url!r}", hint="write https://HOST/PATH")
    if parts.username or parts.password:
        raise UsageError("the base URL holds a password", hint="keep the key in the keyring")
    if parts.scheme == "http" and key and not _is_loopback(parts.hostname):
        raise Refused("a key is not sent over plain http", where=url, hint="use https")
    return url


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def guarded_client(timeout_s: float) -> Any:
    """An httpx2 client that reads at most 2 MiB of an answer and follows nothing."""
    import httpx2

    class Bounded(httpx2.SyncByteStream):
        def __init__(self, stream: Any) -> None:
            self._stream = stream

        def __iter__(self) -> Iterator[bytes]:
            total = 0
            for chunk in self._stream:
                total += len(chunk)
                if total > _LARGEST_BODY_BYTES:
                    raise TooMuch(f"more than {_LARGEST_BODY_BYTES} bytes came back")
                yield chunk

        def close(self) -> None:
            self._stream.close()

    def bound(response: Any) -> None:
        if response.is_redirect:
            raise TooMuch("the service redirects to another address")
        response.stream = Bounded(response.stream)

    def plain(request: Any) -> None:
        request.headers["accept-encoding"] = "identity"

    return httpx2.Client(timeout=timeout_s, event_hooks={"request": [plain], "response": [bound]})


def within(ask: Callable[[], Result], timeout_s: float, *, cancelled: Callable[[], bool]) -> Result:
    """What `ask` returns, waited for in a thread of its own, so that a slow service can be left.

    The thread ends by its socket's own timeout.
    """
    outcome: list[Result] = []
    failure: list[BaseException] = []

    def run() -> None:
        try:
            outcome.append(ask())
        except BaseException as error:  # noqa: BLE001 - it is raised again by the caller's thread
            failure.append(error)

    thread = threading.Thread(target=run, name="reasoner", daemon=True)
    thread.start()
    deadline = time.monotonic() + timeout_s
    while thread.is_alive():
        thread.join(_POLL_S)
        if cancelled():
            raise Cancelled("cancelled")
        if time.monotonic() > deadline:
            raise JobFailed(
                f"the service gave no answer in {timeout_s:g} s", hint="try again, or --timeout"
            )
    if failure:
        raise failure[0]
    return outcome[0]


def declined(status: int, message: object, *, key: str, where: str) -> StudioError:
    """A service's refusal in the studio's words; its own are cut, and never show the key."""
    said = str(message)
    if key:
        said = said.replace(key, "[key]")
    said = " ".join(c for c in said.split() if c.isprintable())[:_LONGEST_MESSAGE]
    if status in (401, 403):
        return Refused(
            f"the service does not accept the key ({status}: {said})",
            where=where,
            hint="check the key, and what it may be used for",
        )
    if status == 429:
        return Refused(
            f"the service wants no more requests now ({said})",
            where=where,
            hint="wait, or check the account's quota",
        )
    if status >= 500:
        return JobFailed(f"the service failed ({status}: {said})", where=where, hint="try later")
    return Refused(f"the service declines ({status}: {said})", where=where, hint="check the model")
