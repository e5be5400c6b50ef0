"""The workers that this studio was paired with: names, addresses, fingerprints and tokens."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from void_studio.app.tokens import forget_token, keep_token, kept_token, keyring_name
from void_studio.core import (
    BadInput,
    NotPresent,
    Refused,
    UsageError,
    appearing_whole,
    read_limited,
)
from void_studio.worker.client import Address, GrpcRunner, connect, connect_to, parse_fingerprint

__all__ = [
    "PairedWorker",
    "Workers",
    "connect_named",
    "connected",
    "examine_worker",
    "where_tokens_go",
]

_CONFIG = "VOID_STUDIO_CONFIG"
_SCHEMA = "void_studio.workers.1"
_LIMIT_BYTES = 1 << 20
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_LOCAL = "local"
_TAKEN = (_LOCAL, "best")
_TOKEN_CHARS = 512


@dataclass(frozen=True, slots=True)
class PairedWorker:
    """A worker by name. `fingerprint` is empty for one reached over loopback in plain text.

    `token` is empty where the system's keyring has it.
    """

    name: str
    address: str
    fingerprint: str
    token: str

    @property
    def token_in(self) -> str:
        """Where its token is kept."""
        return "file" if self.token else "keyring"

    def facts(self) -> dict[str, Any]:
        """What the commands print of it: never the token."""
        return {
            "name": self.name,
            "address": self.address,
            "fingerprint": self.fingerprint or None,
            "token_in": self.token_in,
        }


class Workers:
    """The file `workers.json` of the user's config folder, or of VOID_STUDIO_CONFIG; mode 0600."""

    def __init__(self) -> None:
        from platformdirs import user_config_path

        named = os.environ.get(_CONFIG)
        self.path = (Path(named) if named else user_config_path("void-studio")) / "workers.json"

    def all(self) -> tuple[PairedWorker, ...]:
        """Every worker, by name. Raises BadInput when the file is malformed."""
        if not self.path.exists():
            return ()
        try:
            value = json.loads(read_limited(self.path, _LIMIT_BYTES))
            if value["schema"] != _SCHEMA:
                raise ValueError(f"schema {value['schema']!r}")
            found = [_worker_of(entry) for entry in value["workers"]]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise BadInput(
                f"the list of workers is malformed ({error})",
                where=self.path,
                hint="mend or remove it, and add the workers again",
            ) from error
        return tuple(sorted(found, key=lambda worker: worker.name))

    def get(self, name: str) -> PairedWorker:
        """A worker by name. Raises NotPresent when none is called so."""
        for worker in self.all():
            if worker.name == name:
                return worker
        known = ", ".join(worker.name for worker in self.all()) or "none"
        raise NotPresent("no worker of this name", where=name, hint=f"added are: {known}")

    def add(self, name: str, address: str, fingerprint: str, token: str) -> PairedWorker:
        """Keep a worker; its token goes into the keyring where there is one.

        Raises UsageError for a name, address or fingerprint that is none, Refused when the name is
        taken, or when there is no fingerprint for a worker on another machine.
        """
        _check_name(name)
        _check_token(token)
        parsed = Address.parse(address)
        if not fingerprint and not parsed.is_loopback:
            raise Refused(
                "a worker on another machine is only spoken to by its fingerprint",
                where=address,
                hint="give --fingerprint with that of void-worker init",
            )
        pinned = parse_fingerprint(fingerprint) if fingerprint else ""
        others = self.all()
        if any(worker.name == name for worker in others):
            raise Refused("this name is taken", where=name, hint="remove that worker first")
        in_file = "" if keep_token(name, token) else token
        worker = PairedWorker(name, str(parsed), pinned, in_file)
        self._write((*others, worker))
        return worker

    def remove(self, name: str) -> PairedWorker:
        """Forget a worker and its token. Raises NotPresent when none is called so."""
        worker = self.get(name)
        self._write(tuple(other for other in self.all() if other.name != name))
        if not worker.token:
            forget_token(name)
        return worker

    def token(self, worker: PairedWorker) -> str:
        """A worker's token. Raises NotPresent when the keyring has it no more."""
        token = worker.token or kept_token(worker.name)
        if not token:
            raise NotPresent(
                "the keyring has no token for this worker",
                where=worker.name,
                hint="remove the worker and add it again",
            )
        return token

    def _write(self, workers: tuple[PairedWorker, ...]) -> None:
        value = {"schema": _SCHEMA, "workers": [asdict(worker) for worker in workers]}
        with appearing_whole(self.path) as temporary:
            temporary.touch(mode=0o600)
            temporary.write_text(json.dumps(value, indent=2), encoding="utf-8")


def where_tokens_go() -> str:
    """A line for people on where tokens are kept on this machine."""
    keyring = keyring_name()
    if keyring:
        return f"the token is in the system's keyring ({keyring})"
    return f"no keyring here: the token is in {Workers().path}, readable by you only"


def connect_named(target: str) -> GrpcRunner:
    """A runner for `local`, for an added worker's name, or for HOST:PORT.

    An address that was added is that worker; another one takes its token from VOID_STUDIO_TOKEN.
    """
    if target == _LOCAL:
        return connect(target)
    workers = Workers()
    for worker in workers.all():
        if target in (worker.name, worker.address):
            return connect_to(worker.address, workers.token(worker), worker.fingerprint)
    if ":" not in target:
        workers.get(target)
    return connect(target)


@contextmanager
def connected(target: str) -> Iterator[GrpcRunner]:
    """`connect_named`, closed at the end; a local worker is started when there is none."""
    runner = connect_named(target)
    try:
        yield runner
    finally:
        runner.close()


def examine_worker(target: str) -> dict[str, Any]:
    """What a worker says of itself; raises what stands in the way of using it."""
    with connected(target) as runner:
        found = runner.capabilities()
        address = runner.address
    return {
        "worker": target,
        "address": address,
        "worker_id": found.worker_id,
        "build": found.build,
        "engines": [engine.id for engine in found.engines],
        "segmenters": list(found.segmenters),
        "devices": [
            {
                "id": device.id,
                "name": device.name,
                "memory_bytes": device.memory_bytes,
                "free_bytes": device.free_bytes,
            }
            for device in found.devices
        ],
        "queued": found.queued,
        "running": found.running,
    }


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name) or name in _TAKEN:
        raise UsageError(
            "this is no name for a worker",
            where=name[:80],
            hint="use up to 64 letters, digits, dots, dashes and underscores;"
            " local and best are taken",
        )


def _check_token(token: str) -> None:
    if not 0 < len(token) <= _TOKEN_CHARS or not token.isascii() or not token.isprintable():
        raise UsageError("this is no token", hint="copy the one that void-worker init printed")


def _worker_of(value: Mapping[str, Any]) -> PairedWorker:
    texts = [value[name] for name in ("name", "address", "fingerprint", "token")]
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("an entry is not text")
    return PairedWorker(*texts)
