"""EDL, FCP7 XML, FCPXML and AAF as OTIO text, by OTIO's adapters in a process of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from void_studio.core import BadInput
from void_studio.timeline.conversion import ConversionFailed, convert
from void_studio.timeline.edl import event_list
from void_studio.timeline.xml_text import root_element, xml_text

__all__ = ["FINAL_CUT_BUNDLE", "FORMATS", "Conversion", "otio_of"]

FINAL_CUT_BUNDLE = ".fcpxmld"


@dataclass(frozen=True, slots=True)
class _Format:
    adapter: str
    said: str
    export: str


_EDL = _Format("cmx_3600", "EDL", "export it as CMX 3600, or as .otio")
_XML = _Format("fcp_xml", "FCP7 XML", "export the sequence again, or as .otio")
_FCPXML = _Format("fcpx_xml", "FCPXML", "export the project again, or as .otio")
_AAF = _Format("AAF", "AAF", "export the sequence again, or as .otio")

FORMATS: Mapping[str, _Format] = {
    ".edl": _EDL,
    ".xml": _XML,
    ".fcpxml": _FCPXML,
    FINAL_CUT_BUNDLE: _FCPXML,
    ".aaf": _AAF,
}

_TIME = re.compile(r"RationalTime\(([-+.\de]+), [-+.\de]+\)")
_SPOKEN = {
    "EDLParseError": "{}",
    "ValueError": "{}",
    "AAFAdapterError": "{}",
    "ParseError": "not well-formed XML: {}",
    "RecursionError": "nested too deeply",
    "MemoryError": "it asks for more memory than is allowed",
    "NotACut": "{}",
    "TimeoutError": "{}",
    "Crash": "{}",
}
_MEANT = {
    "transaction_id": "a transition has another event number than the cut before it",
    "already in context": "a sequence is nested inside itself",
}  # by what an adapter says of it
_LONGEST_REASON = 200
_ANY_RATE = Fraction(24)


@dataclass(frozen=True, slots=True)
class Conversion:
    """OTIO text made of another format, as people call it, and what had to be assumed."""

    text: bytes
    said: str
    warnings: tuple[str, ...] = ()


def otio_of(data: bytes, path: Path, rate: Fraction | None) -> Conversion:
    """The OTIO text for the bytes of an interchange file; `path` names it and is not opened.

    Raises BadInput, in words, for whatever the adapter can not read.
    """
    form = FORMATS[path.suffix.lower()]
    if form is _AAF:
        return Conversion(_converted(data, form, path), form.said)
    if form is _EDL:
        events = event_list(data, path, rate)
        text = _converted(events.text.encode(), form, path, events.rate)
        return Conversion(text, form.said, events.warnings)
    document = xml_text(data, path)
    form = {"fcpxml": _FCPXML, "xmeml": _XML}.get(root_element(document), form)
    return Conversion(_converted(document.encode(), form, path), form.said)


def _converted(data: bytes, form: _Format, path: Path, rate: Fraction = _ANY_RATE) -> bytes:
    try:
        return convert(data, form.adapter, path.name, rate)
    except ConversionFailed as failure:
        reason = _in_words(failure)
        raise BadInput(
            f"this {form.said} can not be read: {reason}", where=path, hint=form.export
        ) from None


def _in_words(failure: ConversionFailed) -> str:
    for words, meaning in _MEANT.items():
        if words in failure.message:
            return meaning
    spoken = _SPOKEN.get(failure.kind, "it holds something that OTIO's reader does not know: {}")
    message = _TIME.sub(r"\1 frames", failure.message)
    shown = "".join(letter if letter.isprintable() else " " for letter in message)
    return spoken.format(shown[:_LONGEST_REASON].strip() or failure.kind)
