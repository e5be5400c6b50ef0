"""What is said of a take or version: how it was made, and what its certificate found."""

from __future__ import annotations

from void_studio.app.session.takes import ResultRow
from void_studio.gui.panels.words import plural, took

__all__ = ["certificate_facts", "recipe_facts"]

Fact = tuple[str, str]


def certificate_facts(row: ResultRow) -> list[Fact]:
    """What was compared and found."""
    certificate = row.version.certificate
    recipe = row.version.recipe
    samples = sum(count for _, count in certificate.per_plane)
    facts = [
        ("Outside", f"{samples:,} samples differ".replace(",", "\N{THIN SPACE}")),
        ("Frames", f"{certificate.frames} compared, {recipe.request.work_range} of the plate"),
        ("No source", f"{recipe.no_source.mean:.1%} of the fill is shown by no frame"),
        ("Master", recipe.master.name),
    ]
    for check in certificate.deliveries:
        exact = "bit-exact" if check.bit_exact else "lossy outside too"
        facts.append(("Delivery", f"{check.kind}, {exact}"))
    return [*facts, *(("Problem", problem) for problem in certificate.problems)]


def recipe_facts(row: ResultRow) -> list[Fact]:
    """How it was made."""
    recipe = row.version.recipe
    request = recipe.request
    params = ", ".join(f"{name} {value}" for name, value in request.job.params if value != "")
    return [
        ("Engine", recipe.rendered_by.engine),
        ("Prompt", request.job.prompt or "none"),
        ("Parameters", params or "none"),
        ("Framing", str(request.framing.canvas) + " canvas"),
        ("Quadmask", f"revision {request.quadmask_revision}, {plural(row_frames(row), 'frame')}"),
        ("Worker", f"{recipe.rendered_by.device}, build {recipe.rendered_by.build}"),
        ("Took", took(row.seconds)),
        ("Licence", recipe.rendered_by.weights_licence or recipe.rendered_by.licence),
        ("Digest", request.job.digest[:16]),
    ]


def row_frames(row: ResultRow) -> int:
    """Frames of the work range."""
    return len(row.version.recipe.request.work_range)
