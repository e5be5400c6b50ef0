"""The process in which one of OTIO's adapters reads one file.

ADAPTER SOURCE RESULT REPORT NAME RATE: the cut in SOURCE is written to RESULT, marked as converted
from NAME; an error ends the process and stands in REPORT as JSON.
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any

from void_studio.timeline.origin import CONVERTED
from void_studio.timeline.references import NAMESPACE

__all__ = ["NotACut", "main"]

_MEMORY_BYTES = 4 << 30
_FILE_BYTES = 512 << 20


class NotACut(Exception):
    """The adapter found nothing that could be a cut."""


def main(words: list[str]) -> None:
    """Convert, with memory and file size limited."""
    adapter, source, result, report, name, rate = words
    sys.excepthook = _reporter(Path(report))
    _limit()
    import opentimelineio

    cut = _read(adapter, Path(source), float(Fraction(rate)))
    if cut is None:
        raise NotACut("there is no sequence, project or clip in it")
    cut.metadata[NAMESPACE] = {CONVERTED: name}
    opentimelineio.adapters.write_to_file(cut, result, adapter_name="otio_json")


def _read(adapter: str, source: Path, rate: float) -> Any:
    from opentimelineio import adapters

    if adapter == "AAF":
        return adapters.read_from_file(str(source), adapter)
    text = source.read_text(encoding="utf-8")
    if adapter == "cmx_3600":
        from void_studio.timeline.edl_place import placed_at_record, with_speeds

        cut = with_speeds(adapters.read_from_string(text, adapter, rate=rate), rate)
        return placed_at_record(cut, rate)
    if adapter == "fcpx_xml":
        from void_studio.timeline.fcpx_exact import read_fcpxml

        return read_fcpxml(text)
    from void_studio.timeline.fcp7_exact import read_fcp7

    return read_fcp7(text)


def _limit() -> None:
    with suppress(ImportError, ValueError, OSError):  # not every system has them
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE_BYTES, _FILE_BYTES))


def _reporter(report: Path) -> Any:
    def write(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        content = {"kind": kind.__name__, "message": " ".join(str(error).split())[:2000]}
        report.write_text(json.dumps(content), encoding="utf-8")

    return write


if __name__ == "__main__":
    main(sys.argv[1:])
