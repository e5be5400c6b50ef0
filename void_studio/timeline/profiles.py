"""Who a conformed timeline is for, what it costs, and the conformed text itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from void_studio.timeline.new_reference import Fitted
from void_studio.timeline.references import REFERENCE, REFERENCES
from void_studio.timeline.splice import Splice

__all__ = ["Conformed", "Placement", "Profile", "losses_of"]


class Profile(Enum):
    """The reader of the file: our own working file, or one host."""

    CANONICAL = "canonical"
    RESOLVE = "resolve"
    PREMIERE = "premiere"


class Placement(Enum):
    """Where versions go: in place of the plate, or on a new top track."""

    REPLACE = "replace"
    TRACK = "track"


@dataclass(frozen=True, slots=True)
class Conformed:
    """A timeline with versions in it.

    `losses` are sentences about what this form can not carry or what nobody has verified.
    `bytes_changed` counts bytes taken out plus bytes put in. `spans` are the splices, in offsets
    of the text that was conformed (the timeline's without earlier versions for host profiles).
    """

    text: bytes = field(repr=False)
    losses: tuple[str, ...]
    bytes_changed: int
    spans: tuple[Splice, ...] = field(repr=False)


_NO_OTHER_KEY = (
    "no evidence shows that Resolve or Premiere play a reference under another key than"
    " DEFAULT_MEDIA: give them the resolve or premiere file"
)
_ONE_REFERENCE = "EDL, FCP XML, AAF and files of OTIO before 0.15 keep only the active reference"
_HOST = (
    "the plate is no longer named in the clip: the sidecar keeps it",
    "audio stays on the original; whether the host keeps picture and sound linked is not known",
    "not verified in the host itself: check one shot before the turnover",
)
_RESOLVE = (
    "Resolve discards metadata that it does not know and may refuse its own title clips",
    "Resolve carries no grades and no track faders through OTIO",
)
_PREMIERE = (
    "Premiere is reported to drop titles, multicam, tape names, audio levels and links from OTIO",
    "Premiere reads OTIO since 25.6 (some versions only as beta); FCP XML is its safer road",
)


def losses_of(
    profile: Profile, placement: Placement, fits: Sequence[Fitted], left: Sequence[str] = ()
) -> tuple[str, ...]:
    """What the person has to be told about this form of the timeline.

    `left` are the shots whose version in the canonical timeline was not asked for here.
    """
    said: list[str] = []
    if profile is Profile.CANONICAL:
        if placement is Placement.REPLACE:
            said += (_NO_OTHER_KEY, _ONE_REFERENCE)
        said += _on_a_track(fits) if placement is Placement.TRACK else ()
        moved = [fit.shot.id for fit in fits if fit.shift]
        if moved:
            said.append(
                f"{', '.join(moved)}: the timeline does not number the plate by its timecode;"
                " the version is numbered as the timeline numbers the plate"
            )
        return tuple(said)
    said += _HOST if placement is Placement.REPLACE else _HOST[2:]
    said += _RESOLVE if profile is Profile.RESOLVE else _PREMIERE
    if left:
        said.append(
            f"{', '.join(left)}: on the plate here although a version is active in the timeline;"
            " name its folder too"
        )
    said += _on_a_track(fits) if placement is Placement.TRACK else ()
    old = [fit.shot.id for fit in fits if _is_old(fit)]
    if old and profile is Profile.RESOLVE:
        said.append(
            f"{', '.join(old)}: written as Clip.1, and only Clip.2 was seen to import into Resolve"
        )
    return tuple(said)


def _on_a_track(fits: Sequence[Fitted]) -> tuple[str, ...]:
    """What a track above the cut does to what the shot is part of below it."""
    faded = [fit.shot.id for fit in fits if fit.shot.beside_transition]
    inside = [fit.shot.id for fit in fits if fit.shot.compound is not None]
    said = []
    if faded:
        said.append(f"{', '.join(faded)}: cut hard above the transition: dissolve it in the host")
    if inside:
        said.append(f"{', '.join(inside)}: above the compound clip, without what it does to them")
    return tuple(said)


def _is_old(fit: Fitted) -> bool:
    return fit.clip.member(REFERENCES) is None and fit.clip.member(REFERENCE) is not None
