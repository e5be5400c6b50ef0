"""The certificate of a version: what a comparison with its plate found."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from void_studio.core import BadInput, canonical_json, read_limited
from void_studio.versions.strict import Fields, parse_object

__all__ = [
    "CERTIFICATE_NAME",
    "Certificate",
    "DeliveryCheck",
    "FirstDifference",
    "read_certificate",
]

CERTIFICATE_NAME = "certificate.json"
_SCHEMA = "void_studio.certificate.1"
_LIMIT_BYTES = 1 << 20
_LOSSY_NOTE = "lossy outside too"
_EXACT_NOTE = "bit-exact"


@dataclass(frozen=True, slots=True)
class FirstDifference:
    """The first sample outside the support that differs.

    `frame` is in the plate's numbering, `x` and `y` in the samples of `plane`. `plate` and
    `version` are the two codes.
    """

    frame: int
    plane: str
    x: int
    y: int
    plate: int
    version: int

    def __str__(self) -> str:
        place = f"frame {self.frame}, plane {self.plane}, x {self.x}, y {self.y}"
        return f"{place}: {self.plate} became {self.version}"


@dataclass(frozen=True, slots=True)
class DeliveryCheck:
    """One delivery. The last two are None where it is not bit-exact and so was not compared."""

    kind: str
    bit_exact: bool
    digest: str
    outside_samples_changed: int | None
    first_difference: FirstDifference | None


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was found; equal files give equal certificates.

    `frames` were compared. `per_plane` counts samples outside the support that differ, by plane
    name. `greatest_difference_inside` is in code values. `support_samples` is the number of luma
    or RGB samples that the support allowed to change, of `luma_samples`. `problems` are lines for
    people: facts of the files that are not as they must be.
    """

    frames: int
    outside_samples_changed: int
    per_plane: tuple[tuple[str, int], ...]
    greatest_difference_inside: int
    support_samples: int
    luma_samples: int
    master_digest: str
    support_digest: str
    first_difference: FirstDifference | None
    deliveries: tuple[DeliveryCheck, ...]
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing outside differs, in the master and in every bit-exact delivery."""
        exact = all(not check.outside_samples_changed for check in self.deliveries)
        return not self.outside_samples_changed and not self.problems and exact

    @property
    def summary(self) -> str:
        """The answer in one line."""
        if self.problems:
            return self.problems[0]
        for check in self.deliveries:
            if check.outside_samples_changed:
                return _changed(
                    f"delivery {check.kind}", check.outside_samples_changed, check.first_difference
                )
        return _changed("master", self.outside_samples_changed, self.first_difference)

    def encode(self) -> bytes:
        """Canonical JSON."""
        return canonical_json(self.value())

    def value(self) -> dict[str, Any]:
        """As JSON."""
        value = asdict(self) | {"schema": _SCHEMA, "ok": self.ok, "per_plane": dict(self.per_plane)}
        value["problems"] = list(self.problems)
        value["deliveries"] = [
            asdict(check) | {"note": _EXACT_NOTE if check.bit_exact else _LOSSY_NOTE}
            for check in self.deliveries
        ]
        return value

    @classmethod
    def decode(cls, data: bytes) -> Certificate:
        """Read what `encode` wrote. Raises BadInput for anything else."""
        fields = parse_object(data, "certificate", _SCHEMA)
        certificate = cls(
            fields.whole("frames", 0),
            fields.whole("outside_samples_changed", 0),
            _counts(fields.part("per_plane")),
            fields.whole("greatest_difference_inside", 0),
            fields.whole("support_samples", 0),
            fields.whole("luma_samples", 0),
            fields.digest("master_digest"),
            fields.digest("support_digest"),
            fields.optional("first_difference", lambda key: _difference(fields.part(key))),
            fields.items("deliveries", lambda item, index: _delivery(item.part(index))),
            fields.texts("problems"),
        )
        total = sum(count for _, count in certificate.per_plane)
        if fields.flag("ok") != certificate.ok or certificate.outside_samples_changed != total:
            raise BadInput("certificate has figures that do not agree with each other")
        fields.done()
        return certificate


def read_certificate(folder: Path) -> Certificate:
    """The certificate in a version's folder. Raises NotPresent or BadInput."""
    path = folder / CERTIFICATE_NAME
    data = read_limited(path, _LIMIT_BYTES)
    try:
        return Certificate.decode(data)
    except BadInput as error:
        raise BadInput(error.what, where=path, hint=error.hint) from error


def _changed(what: str, count: int, first: FirstDifference | None) -> str:
    found = f"{what}: {count} samples changed outside the support"
    return f"{found}, first {first}" if first else found


def _counts(fields: Fields) -> tuple[tuple[str, int], ...]:
    return tuple((name, fields.whole(name, 0)) for name in fields.names())


def _difference(fields: Fields) -> FirstDifference:
    difference = FirstDifference(
        fields.whole("frame"),
        fields.text("plane"),
        *(fields.whole(name, 0) for name in ("x", "y", "plate", "version")),
    )
    fields.done()
    return difference


def _delivery(fields: Fields) -> DeliveryCheck:
    check = DeliveryCheck(
        fields.text("kind"),
        fields.flag("bit_exact"),
        fields.digest("digest"),
        fields.optional("outside_samples_changed", lambda key: fields.whole(key, 0)),
        fields.optional("first_difference", lambda key: _difference(fields.part(key))),
    )
    if fields.text("note") != (_EXACT_NOTE if check.bit_exact else _LOSSY_NOTE):
        raise BadInput("certificate has a delivery whose note is not its own")
    fields.done()
    return check
