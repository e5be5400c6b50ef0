"""The Hugging Face Hub as a source of weights; its library is imported when it is used."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import BinaryIO
from urllib.parse import urlsplit

from void_studio.core import BadInput, NotPresent, Refused
from void_studio.weights.catalogue import WeightFile, Weights
from void_studio.weights.source import Remote
from void_studio.weights.token import KEYRING_NAME, KEYRING_SERVICE, hub_token

__all__ = ["HubSource"]

_ENDPOINT = "https://huggingface.co"
_SHA256_CHARS = 64
_LARGEST_BYTES = 1 << 40
_AGAIN = "run it again: it goes on where it stopped"


class HubSource:
    """The Hub, or what HF_ENDPOINT names in its place."""

    def __init__(self) -> None:
        """Raises NotPresent without huggingface_hub, Refused where HF_HUB_OFFLINE is set."""
        if find_spec("huggingface_hub") is None:
            raise NotPresent(
                "huggingface_hub is not installed",
                hint='pip install "void-studio[worker]", or fetch from a folder with --mirror',
            )
        from huggingface_hub.constants import HF_HUB_OFFLINE
        from huggingface_hub.utils import disable_progress_bars

        if HF_HUB_OFFLINE:
            raise Refused(
                "HF_HUB_OFFLINE is set, so nothing is fetched from the Hub",
                hint="unset it, or fetch from a folder with --mirror",
            )
        disable_progress_bars()
        self._endpoint = os.environ.get("HF_ENDPOINT", _ENDPOINT).rstrip("/")
        self._token = hub_token()

    def look(self, weights: Weights, file: WeightFile, commit: str) -> Remote:
        """Facts about a file at `commit`, asked of the Hub."""
        from huggingface_hub import get_hf_file_metadata, hf_hub_url

        url = hf_hub_url(weights.repo, file.path, revision=commit, endpoint=self._endpoint)
        with _told(weights.repo):
            found = get_hf_file_metadata(url, token=self._token or False, endpoint=self._endpoint)
        size, etag = found.size, (found.etag or "").lower()
        if size is None or not 0 <= size < _LARGEST_BYTES:
            raise BadInput(f"the Hub states a size of {size} bytes", where=file.path)
        is_digest = len(etag) == _SHA256_CHARS and set(etag) <= set("0123456789abcdef")
        return Remote(size, etag if is_digest else "", found.commit_hash or "", found.location)

    def copy(self, remote: Remote, sink: BinaryIO, offset: int) -> None:
        """Append the bytes from `offset` on to `sink`; a link that breaks is tried a few times."""
        from huggingface_hub.file_download import http_get
        from huggingface_hub.utils import build_hf_headers

        own = urlsplit(remote.address).netloc == urlsplit(self._endpoint).netloc
        headers = build_hf_headers(token=(self._token or False) if own else False)
        with _told(remote.address):
            http_get(
                remote.address,
                sink,
                resume_size=offset,
                headers=headers,
                expected_size=remote.size_bytes,
            )


@contextmanager
def _told(where: str) -> Iterator[None]:
    """Turn what the Hub's library raises into an error of ours."""
    from huggingface_hub.errors import (
        EntryNotFoundError,
        GatedRepoError,
        HfHubHTTPError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    transport = [kind for kind in HfHubHTTPError.__mro__ if kind.__name__ == "HTTPError"]
    keep = f"keyring set {KEYRING_SERVICE} {KEYRING_NAME}"
    try:
        yield
    except (GatedRepoError, RepositoryNotFoundError) as error:
        raise Refused(
            "the Hub does not give this without a token that may read it",
            where=where,
            hint=f"set HF_TOKEN, or keep one in the keyring: {keep}",
        ) from error
    except (EntryNotFoundError, RevisionNotFoundError) as error:
        raise NotPresent("the Hub has no such file or commit", where=where) from error
    except (OSError, *transport) as error:
        why = " ".join(str(error).split())[:200]
        raise NotPresent(f"the Hub broke off ({why})", where=where, hint=_AGAIN) from error
