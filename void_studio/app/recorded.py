"""The plate that a request was made from, found again."""

from __future__ import annotations

from pathlib import Path

from void_studio.core import BadInput
from void_studio.media import PlateRef, is_sequence, probe_plate
from void_studio.versions import PlateFacts, fingerprint_of

__all__ = ["check_recorded", "recorded_plate"]


def check_recorded(facts: PlateFacts, media: Path) -> None:
    """Raise BadInput when `media` is not the plate that `facts` tell of."""
    if not fingerprint_of(media).same_content(facts.fingerprint):
        raise BadInput(
            "this is not the plate that the version was made from",
            where=media,
            hint="name the right one with --plate",
        )


def recorded_plate(facts: PlateFacts) -> PlateRef:
    """The plate where it was then. Raises NotPresent when it is gone, BadInput when it changed."""
    media = Path(facts.path)
    check_recorded(facts, media)
    return probe_plate(media, rate=facts.rate if is_sequence(media) else None)
