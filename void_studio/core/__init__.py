"""Words that every room shares: ranges, rates, timecode, geometry, digests, errors, whole files."""

from void_studio.core.ahead import read_ahead
from void_studio.core.digest import (
    canonical_json,
    digest_bytes,
    digest_chunks,
    digest_json,
    is_digest,
)
from void_studio.core.errors import (
    BadInput,
    Cancelled,
    CheckFailed,
    InputChanged,
    JobFailed,
    NotPresent,
    Refused,
    StudioError,
    UsageError,
    WorkerLost,
)
from void_studio.core.files import appearing_whole, read_limited, sync_folder, write_whole
from void_studio.core.geometry import Extent, Rect
from void_studio.core.ids import is_id, new_id
from void_studio.core.owner import Owner
from void_studio.core.ranges import FrameRange
from void_studio.core.rates import format_rate, nominal_rate, parse_rate, rescale, snap_rate
from void_studio.core.resources import resource
from void_studio.core.timecode import Timecode, format_timecode, parse_timecode

__all__ = [
    "FrameRange",
    "Extent",
    "Rect",
    "Timecode",
    "format_timecode",
    "parse_timecode",
    "format_rate",
    "nominal_rate",
    "parse_rate",
    "rescale",
    "snap_rate",
    "canonical_json",
    "digest_bytes",
    "digest_chunks",
    "digest_json",
    "is_digest",
    "is_id",
    "new_id",
    "Owner",
    "appearing_whole",
    "read_ahead",
    "read_limited",
    "resource",
    "sync_folder",
    "write_whole",
    "StudioError",
    "CheckFailed",
    "UsageError",
    "BadInput",
    "InputChanged",
    "NotPresent",
    "WorkerLost",
    "Refused",
    "JobFailed",
    "Cancelled",
]
