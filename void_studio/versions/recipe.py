"""The recipe of a version: how it was made and what it consists of, enough to make it again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from void_studio.core import BadInput, NotPresent, canonical_json, read_limited
from void_studio.engine import ParamValue
from void_studio.versions.file_fact import FileFact
from void_studio.versions.request import RenderRequest
from void_studio.versions.strict import Fields, parse_object
from void_studio.versions.values import scalar_from

__all__ = [
    "RECIPE_NAME",
    "Delivery",
    "NoSource",
    "Recipe",
    "RenderedBy",
    "read_recipe",
]

RECIPE_NAME = "recipe.json"
_SCHEMA = "void_studio.recipe.1"
_LIMIT_BYTES = 4 << 20
_LONGEST_STAGE_S = 1e9


@dataclass(frozen=True, slots=True)
class Delivery:
    """A copy for a host. `bit_exact` says that its samples are the master's."""

    kind: str
    file: FileFact
    bit_exact: bool


@dataclass(frozen=True, slots=True)
class RenderedBy:
    """Who rendered: the engine's title and licences, the worker's build and device.

    `result` is the digest of the result manifest, `ran` what the engine said of how it ran: memory
    plan, tier, steps and the like, by name.
    """

    engine: str
    licence: str
    weights_licence: str
    build: str
    device: str
    result: str
    ran: tuple[tuple[str, ParamValue], ...] = ()


@dataclass(frozen=True, slots=True)
class NoSource:
    """Shares, 0..1, of filled pixels that no frame of the plate shows.

    `worst_frame` is in the plate's numbering, None when every pixel had a source.
    """

    mean: float
    worst: float
    worst_frame: int | None


@dataclass(frozen=True, slots=True)
class Recipe:
    """`assumed_colour` and `matte_origins` are lines for people; `timings_s` is by stage."""

    request: RenderRequest
    studio_version: str
    rendered_by: RenderedBy
    master: FileFact
    deliveries: tuple[Delivery, ...]
    quadmask: FileFact
    support: FileFact
    assumed_colour: tuple[str, ...]
    matte_origins: tuple[str, ...]
    no_source: NoSource
    timings_s: tuple[tuple[str, float], ...]

    @property
    def files(self) -> tuple[FileFact, ...]:
        """Every media file of the version."""
        copies = tuple(delivery.file for delivery in self.deliveries)
        return (self.master, *copies, self.quadmask, self.support)

    def encode(self) -> bytes:
        """Canonical JSON."""
        return canonical_json(self.value())

    def value(self) -> dict[str, Any]:
        """As JSON."""
        by, missing = self.rendered_by, self.no_source
        return {
            "schema": _SCHEMA,
            "request": self.request.value(),
            "studio_version": self.studio_version,
            "rendered_by": {
                "engine": by.engine,
                "licence": by.licence,
                "weights_licence": by.weights_licence,
                "build": by.build,
                "device": by.device,
                "result": by.result,
                **({"ran": dict(by.ran)} if by.ran else {}),
            },
            "master": self.master.value(),
            "deliveries": [
                {"kind": copy.kind, "file": copy.file.value(), "bit_exact": copy.bit_exact}
                for copy in self.deliveries
            ],
            "quadmask": self.quadmask.value(),
            "support": self.support.value(),
            "assumed_colour": list(self.assumed_colour),
            "matte_origins": list(self.matte_origins),
            "no_source": {
                "mean": missing.mean,
                "worst": missing.worst,
                "worst_frame": missing.worst_frame,
            },
            "timings_s": [
                {"stage": stage, "seconds": seconds} for stage, seconds in self.timings_s
            ],
        }

    @classmethod
    def decode(cls, data: bytes) -> Recipe:
        """Read what `encode` wrote. Raises BadInput for anything else."""
        fields = parse_object(data, "recipe", _SCHEMA)
        recipe = cls(
            RenderRequest.read(fields.part("request")),
            fields.text("studio_version"),
            _rendered_by(fields.part("rendered_by")),
            FileFact.read(fields.part("master")),
            fields.items("deliveries", lambda item, index: _delivery(item.part(index))),
            FileFact.read(fields.part("quadmask")),
            FileFact.read(fields.part("support")),
            fields.texts("assumed_colour"),
            fields.texts("matte_origins"),
            _no_source(fields.part("no_source")),
            fields.items("timings_s", lambda item, index: _timing(item.part(index))),
        )
        fields.done()
        return recipe


def read_recipe(folder: Path) -> Recipe:
    """The recipe of a version's folder. Raises NotPresent or BadInput."""
    path = folder / RECIPE_NAME
    if not folder.is_dir():
        raise NotPresent("no such version folder", where=folder, hint="check the path")
    data = read_limited(path, _LIMIT_BYTES)
    try:
        return Recipe.decode(data)
    except BadInput as error:
        raise BadInput(error.what, where=path, hint=error.hint) from error


def _delivery(fields: Fields) -> Delivery:
    delivery = Delivery(
        fields.text("kind"), FileFact.read(fields.part("file")), fields.flag("bit_exact")
    )
    fields.done()
    return delivery


def _rendered_by(fields: Fields) -> RenderedBy:
    names = ("engine", "licence", "weights_licence", "build", "device")
    texts = {name: fields.text(name) for name in names}
    rendered_by = RenderedBy(
        **texts,
        result=fields.digest("result"),
        ran=_ran(fields.part("ran")) if "ran" in fields.names() else (),
    )
    fields.done()
    return rendered_by


def _ran(fields: Fields) -> tuple[tuple[str, ParamValue], ...]:
    facts = tuple((name, scalar_from(fields, name)) for name in fields.names())
    fields.done()
    return facts


def _no_source(fields: Fields) -> NoSource:
    no_source = NoSource(
        fields.number("mean", 0, 1),
        fields.number("worst", 0, 1),
        fields.optional("worst_frame", fields.whole),
    )
    fields.done()
    return no_source


def _timing(fields: Fields) -> tuple[str, float]:
    timing = (fields.text("stage"), fields.number("seconds", 0, _LONGEST_STAGE_S))
    fields.done()
    return timing
