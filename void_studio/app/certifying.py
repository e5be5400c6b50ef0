"""`certify`: a version against its plate, and against its own certificate."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from void_studio.app.progress import Reporter, Stages
from void_studio.versions import Certificate, certify, read_certificate

__all__ = ["CertifyOutcome", "certify_version"]


@dataclass(frozen=True, slots=True)
class CertifyOutcome:
    """What was found now; `agrees` when it equals the certificate in the folder."""

    found: Certificate
    agrees: bool

    @property
    def ok(self) -> bool:
        """Whether the version is what it claims to be."""
        return self.found.ok and self.agrees

    @property
    def facts(self) -> dict[str, Any]:
        """What `certify` prints."""
        return {**self.found.value(), "ok": self.ok, "agrees_with_certificate": self.agrees}

    def lines(self) -> Iterator[str]:
        """The same for a terminal."""
        yield self.found.summary
        yield from self.found.problems[1:]
        if not self.agrees:
            yield "this is not what certificate.json says"
        for plane, count in self.found.per_plane:
            yield f"plane {plane}: {count} samples outside changed"
        for check in self.found.deliveries:
            exact = "bit-exact" if check.bit_exact else "lossy outside too"
            yield f"delivery {check.kind}: {exact}"


def certify_version(
    folder: Path, plate: Path, *, reporter: Reporter, cancelled: Callable[[], bool]
) -> CertifyOutcome:
    """Check every frame of the version. Raises NotPresent or BadInput for what is not there."""
    with Stages(reporter).stage("certify") as step:
        found = certify(folder, plate, on_progress=step, cancelled=cancelled)
    return CertifyOutcome(found, found == read_certificate(folder))
