"""The person's token for the Hub: for repositories that ask for one, and for higher limits."""

from __future__ import annotations

import os

__all__ = ["KEYRING_NAME", "KEYRING_SERVICE", "hub_token"]

KEYRING_SERVICE = "void-studio"
KEYRING_NAME = "huggingface"


def hub_token() -> str:
    """From HF_TOKEN, else the system's keyring, else what `hf auth login` left; "" where none."""
    return os.environ.get("HF_TOKEN", "").strip() or _from_keyring() or _from_login()


def _from_keyring() -> str:
    try:
        import keyring
        import keyring.errors
    except ImportError:
        return ""
    try:
        return keyring.get_password(KEYRING_SERVICE, KEYRING_NAME) or ""
    except keyring.errors.KeyringError:
        return ""


def _from_login() -> str:
    from huggingface_hub import get_token

    return get_token() or ""
