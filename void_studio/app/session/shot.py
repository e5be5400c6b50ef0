"""The shot that is open: its plate, its painted document, how it is to be rendered."""

from __future__ import annotations

from psygnal import Signal

from void_studio.app.session.painting import Painting
from void_studio.app.session.proposals import LayerProposal
from void_studio.app.session.values import ShotRow, ShotSettings
from void_studio.core import FrameRange, Timecode
from void_studio.media import PlateRef
from void_studio.quadmask import QuadmaskDocument

__all__ = ["OpenShot"]


class OpenShot:
    """One shot while it is worked on. Frames are in the plate's numbering.

    `source` is what the cut shows, `work` with handles; add `numbering_offset` to a plate frame to
    get the number that the timeline uses for it. The document's range is the whole plate where
    that is short, else the source range with room for handles. `settings_changed` and
    `proposals_changed` are emitted on the session's thread.
    """

    settings_changed = Signal(ShotSettings)
    proposals_changed = Signal()

    row: ShotRow
    plate: PlateRef
    source: FrameRange
    work: FrameRange
    numbering_offset: int
    document: QuadmaskDocument
    settings: ShotSettings
    painting: Painting
    read_only: str | None

    @property
    def proposals(self) -> tuple[LayerProposal, ...]:
        """What is suggested and neither taken nor dismissed, oldest first."""
        raise NotImplementedError

    def propose(self, proposal: LayerProposal) -> None:
        """Show a suggestion; one with the same id is replaced."""
        raise NotImplementedError

    def dismiss(self, proposal_id: str) -> None:
        """Leave a suggestion. Unknown ids are ignored."""
        raise NotImplementedError

    def set_settings(self, settings: ShotSettings) -> None:
        """Take over settings and keep them in the project."""
        raise NotImplementedError

    def record_frame(self, frame: int) -> int | None:
        """The frame of the cut, from its start, that shows a plate frame; None where retimed."""
        raise NotImplementedError

    def source_timecode(self, frame: int) -> Timecode | None:
        """The plate's timecode at a frame; None when it has none."""
        return self.plate.timecode_at(frame)

    def record_timecode(self, frame: int) -> Timecode | None:
        """The cut's timecode at a plate frame; None where the cut has none or it is retimed."""
        raise NotImplementedError
