"""Tokens and keys in the system's keyring, where there is one that keeps anything."""

from __future__ import annotations

from types import ModuleType

__all__ = ["forget_token", "keep_token", "kept_secret", "kept_token", "keyring_name"]

_SERVICE = "void-studio worker"
_LEAST_PRIORITY = 1


def keyring_name() -> str:
    """The keyring that is used; empty when there is none, or only one that keeps nothing."""
    keyring = _keyring()
    return str(keyring.get_keyring().name) if keyring else ""


def keep_token(name: str, token: str) -> bool:
    """Keep a worker's token; False when there is no keyring, or it did not take it."""
    keyring = _keyring()
    if keyring is None:
        return False
    try:
        keyring.set_password(_SERVICE, name, token)
    except keyring.errors.KeyringError:
        return False
    return True


def kept_token(name: str) -> str:
    """A worker's token; empty when the keyring has none or can not be opened."""
    return kept_secret(_SERVICE, name)


def kept_secret(service: str, name: str) -> str:
    """What the keyring has for `name` of `service`; empty when there is none or it is shut."""
    keyring = _keyring()
    if keyring is None:
        return ""
    try:
        return keyring.get_password(service, name) or ""
    except keyring.errors.KeyringError:
        return ""


def forget_token(name: str) -> None:
    """Take a worker's token out of the keyring, if it is there."""
    keyring = _keyring()
    if keyring is not None:
        try:
            keyring.delete_password(_SERVICE, name)
        except keyring.errors.KeyringError:
            return


def _keyring() -> ModuleType | None:
    """The keyring library when it is installed and has a backend that keeps things."""
    try:
        import keyring
        import keyring.errors
    except ImportError:
        return None
    return keyring if keyring.get_keyring().priority >= _LEAST_PRIORITY else None
