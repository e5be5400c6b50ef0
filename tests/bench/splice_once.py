"""Import a timeline, put one version into it, take it out again; figures as JSON on stdout."""

import json
import resource
import sys
import time
from pathlib import Path

from void_studio.timeline import (
    MediaVersion,
    Placement,
    Profile,
    conform,
    read_timeline,
    revert,
)


def resident_bytes() -> int:
    """The most that this process has held so far.

    Linux counts what the parent held at the fork into `ru_maxrss`, not into VmHWM.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def main(path: Path) -> None:
    """Print seconds of the splice, bytes held on top of the program, whether `revert` is exact."""
    before = resident_bytes()
    timeline = read_timeline(path)
    shot = timeline.shots[len(timeline.shots) // 2]
    version = MediaVersion(
        "void_v001", "a.mkv", Path("/v/a.mkv"), shot.source_range, shot.media.rate, None
    )
    began = time.perf_counter()
    spliced = conform(
        timeline, {shot.id: version}, profile=Profile.CANONICAL, placement=Placement.REPLACE
    )
    seconds = time.perf_counter() - began
    added = resident_bytes() - before
    same = revert(spliced.text, where=path) == timeline.text
    print(json.dumps({"seconds": seconds, "added_bytes": added, "reverts": same}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
