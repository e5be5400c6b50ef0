"""The recipe of a version: how it was made and what it consists of, enough to make it again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from void_studio.core import BadInput, NotPresent, canonical_json, digest_chunks, read_limited
from void_studio.versions.request import RenderRequest
from void_studio.versions.strict import Fields, parse_object

__all__ = [
    "RECIPE_NAME",
    "Delivery",
    "FileFact",
    "NoSource",
    "Recipe",
    "RenderedBy",
    "file_fact",
    "read_recipe",
]

RECIPE_NAME = "recipe.json"
_SCHEMA = "void_studio.recipe.1"
_LIMIT_BYTES = 4 << 20
_CHUNK_BYTES = 1 << 20
_LONGEST_NAME = 255
_LARGEST_FILE = 1 << 53
_LONGEST_STAGE_S = 1e9


@dataclass(frozen=True, slots=True)
class FileFact:
    """A file of the version's folder: its plain name, size and BLAKE3."""

    name: str
    size_bytes: int
    digest: str

    def value(self) -> dict[str, Any]:
        """As JSON; `read` reads it."""
        return {"name": self.name, "size_bytes": self.size_bytes, "digest": self.digest}

    @classmethod
    def read(cls, fields: Fields) -> FileFact:
        """What `value` wrote; a name that could lead out of the folder is refused."""
        fact = cls(
            fields.text("name"),
            fields.whole("size_bytes", 0, _LARGEST_FILE),
            fields.digest("digest"),
        )
        fields.done()
        if not _is_plain(fact.name):
            raise BadInput(f"recipe names a file {fact.name!r}, which is not a plain file name")
        return fact


@dataclass(frozen=True, slots=True)
class Delivery:
    """A copy for a host. `bit_exact` says that its samples are the master's."""

    kind: str
    file: FileFact
    bit_exact: bool


@dataclass(frozen=True, slots=True)
class RenderedBy:
    """Who rendered: the engine's title and licences, the worker's build and device.

    `result` is the digest of the result manifest.
    """

    engine: str
    licence: str
    weights_licence: str
    build: str
    device: str
    result: str


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


def file_fact(path: Path) -> FileFact:
    """Name, size and digest of a file. Raises NotPresent or BadInput when it can not be read."""
    try:
        with path.open("rb") as file:
            digest = digest_chunks(_chunks(file))
            return FileFact(path.name, file.tell(), digest)
    except FileNotFoundError:
        raise NotPresent("no such file", where=path, hint="the version is not complete") from None
    except OSError as error:
        raise BadInput(f"can not be read: {error.strerror or error}", where=path) from error


def _chunks(file: Any) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK_BYTES):
        yield chunk


def _is_plain(name: str) -> bool:
    forbidden = set('/\\:*?"<>|')
    return (
        0 < len(name) <= _LONGEST_NAME
        and not name.startswith(".")
        and name.isprintable()
        and not forbidden & set(name)
    )


def _delivery(fields: Fields) -> Delivery:
    delivery = Delivery(
        fields.text("kind"), FileFact.read(fields.part("file")), fields.flag("bit_exact")
    )
    fields.done()
    return delivery


def _rendered_by(fields: Fields) -> RenderedBy:
    names = ("engine", "licence", "weights_licence", "build", "device")
    texts = {name: fields.text(name) for name in names}
    rendered_by = RenderedBy(**texts, result=fields.digest("result"))
    fields.done()
    return rendered_by


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
