"""A filled movie put in its place, with its certificate beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from void_studio.app.progress import Stages
from void_studio.core import Refused, canonical_json, format_rate, sync_folder, write_whole
from void_studio.media import PlateRef, frame_times, parse_pattern
from void_studio.versions import Certificate, FileFact, Recipe

__all__ = ["Filled", "certificate_of", "put_in_place"]

_SCHEMA = "void_studio.fill.1"


@dataclass(frozen=True, slots=True)
class Filled:
    """A finished fill whose files still lie where they were made."""

    plate: PlateRef
    recipe: Recipe
    certificate: Certificate
    sound: tuple[str, ...]
    left_out: tuple[str, ...]

    @property
    def kind(self) -> str:
        """`master`, or the kind of the delivery."""
        return self.recipe.deliveries[0].kind if self.recipe.deliveries else "master"

    @property
    def file(self) -> FileFact:
        """The one file that a person asked for."""
        deliveries = self.recipe.deliveries
        return deliveries[0].file if deliveries else self.recipe.master

    @property
    def bit_exact(self) -> bool:
        """Whether samples outside are the plate's."""
        return all(delivery.bit_exact for delivery in self.recipe.deliveries)


def certificate_of(out: Path) -> Path:
    """Where the certificate of a filled movie is: `a.mkv` has `a.mkv.certificate.json`."""
    return out.with_name(f"{out.name}.certificate.json")


def put_in_place(filled: Filled, folder: Path, out: Path, stages: Stages) -> dict[str, Any]:
    """Rename the movie to `out`, write its certificate, and return what `fill` prints.

    The files of a sequence keep their numbers.
    """
    made = folder / filled.file.name
    times = _times(filled.plate, made)
    try:
        for source, target in _moves(made, out, filled.file):
            source.replace(target)
    except OSError as error:
        raise Refused(
            f"can not write here: {error.strerror or error}",
            where=out,
            hint="choose a folder that can be written and has room",
        ) from error
    sync_folder(out.parent)
    write_whole(certificate_of(out), _certificate(filled, out, times))
    return {
        "out": str(out),
        "kind": filled.kind,
        "frames": filled.certificate.frames,
        "rate": format_rate(filled.plate.rate),
        "bit_exact": filled.bit_exact,
        "outside_samples_changed": filled.certificate.outside_samples_changed,
        "no_source_share": filled.recipe.no_source.mean,
        "digest": filled.file.digest,
        "certificate": str(certificate_of(out)),
        "sound": list(filled.sound),
        "not_carried": list(filled.left_out),
        "times": times,
        "stages_s": dict(stages.seconds),
    }


def _moves(made: Path, out: Path, fact: FileFact) -> list[tuple[Path, Path]]:
    if fact.frames is None:
        return [(made, out)]
    before, after = parse_pattern(made), replace(parse_pattern(out), only=None)
    return [(before.file(number), after.file(number)) for number in fact.frames]


def _times(plate: PlateRef, made: Path) -> dict[str, Any] | None:
    """How well the times of a variable plate were kept; None for a constant rate."""
    if not plate.variable_rate:
        return None
    pairs = zip(frame_times(plate.location), frame_times(made), strict=True)
    greatest = max((abs(before - after) for before, after in pairs), default=Fraction(0))
    return {"exact": not greatest, "greatest_error_s": float(greatest)}


def _certificate(filled: Filled, out: Path, times: dict[str, Any] | None) -> bytes:
    value = {
        "schema": _SCHEMA,
        "file": {"name": out.name, "digest": filled.file.digest},
        "kind": filled.kind,
        "note": "bit-exact outside" if filled.bit_exact else "lossy outside too",
        "sound": list(filled.sound),
        "not_carried": list(filled.left_out),
        "times": times,
        "certificate": filled.certificate.value(),
        "recipe": filled.recipe.value(),
    }
    return canonical_json(value)
