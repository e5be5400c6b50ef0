"""Weights of models: which there are, where they are, fetched when asked, verified, removed."""

from void_studio.weights.catalogue import (
    Catalogue,
    Licence,
    WeightFile,
    Weights,
    read_catalogue,
)
from void_studio.weights.fetch import FetchPlan, plan_fetch, run_fetch
from void_studio.weights.hub import HubSource
from void_studio.weights.identity import content_of, file_identity, identity_of, stamp_of
from void_studio.weights.pins import Pin, Pins
from void_studio.weights.places import (
    WEIGHTS_VARIABLE,
    find,
    find_all,
    free_bytes,
    how_to_get,
    lacking,
    missing_parts,
    weights_root,
)
from void_studio.weights.removing import remove
from void_studio.weights.source import FolderSource, Source
from void_studio.weights.verify import FileCheck, Found, verify

__all__ = [
    "Catalogue",
    "Weights",
    "WeightFile",
    "Licence",
    "read_catalogue",
    "WEIGHTS_VARIABLE",
    "weights_root",
    "find",
    "find_all",
    "free_bytes",
    "lacking",
    "missing_parts",
    "how_to_get",
    "Pin",
    "Pins",
    "Found",
    "FileCheck",
    "verify",
    "content_of",
    "identity_of",
    "file_identity",
    "stamp_of",
    "Source",
    "HubSource",
    "FolderSource",
    "FetchPlan",
    "plan_fetch",
    "run_fetch",
    "remove",
]
