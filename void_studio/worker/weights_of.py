"""Which weights an engine runs with: told with its facts, and looked at again for every job."""

from __future__ import annotations

from dataclasses import replace

from void_studio.core import Refused
from void_studio.engine import EngineInfo
from void_studio.weights import identity_of, read_catalogue

__all__ = ["check_weights", "with_weights"]


def with_weights(info: EngineInfo) -> EngineInfo:
    """The facts with content and licences of the catalogue's weights that the engine needs.

    Raises NotPresent or BadInput when they can not be read.
    """
    catalogue = read_catalogue()
    if info.weights or info.id not in catalogue.sets:
        return info
    licences = dict.fromkeys(
        f"{weights.licence.name} ({weights.repo})" for weights in catalogue.chosen(info.id)
    )
    return replace(
        info, weights=identity_of(catalogue, info.id), weights_licence=", ".join(licences)
    )


def check_weights(engine: str, expected: str) -> None:
    """Raise Refused when the weights on disk are no longer those that the worker told of."""
    catalogue = read_catalogue()
    if expected and engine in catalogue.sets and identity_of(catalogue, engine) != expected:
        raise Refused(
            f"the weights of {engine} were changed while the worker ran",
            hint="stop the worker; the next render starts one with the new weights",
        )
