"""A child of the worker: `python -m void_studio.worker.child render|assist|probe|tokens`.

Children run other people's code (engines, segmenters, plugins) so that the front never does.
"""

from __future__ import annotations

import faulthandler
import logging
import sys
from pathlib import Path

from void_studio.worker.child_assist import assist
from void_studio.worker.child_link import Link
from void_studio.worker.child_probe import probe
from void_studio.worker.child_render import render
from void_studio.worker.child_tokens import count_tokens

__all__ = ["main"]


def main(mode: str, blobs: str = "") -> None:
    """Serve one mode until the front closes the pipe; `blobs` is the folder of the blob store."""
    faulthandler.enable()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    link = Link()
    if mode == "render":
        render(link, Path(blobs))
    elif mode == "assist":
        assist(link)
    elif mode == "tokens":
        count_tokens(link)
    else:
        probe(link)


if __name__ == "__main__":
    main(*sys.argv[1:])
