"""`reason`: ask a reasoner what the object touched, and keep its answer as proposals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from void_studio.api import Kind, Registry
from void_studio.app.mattes import ProxySource, proxy_extent
from void_studio.app.reason_places import answer_cache, key_for
from void_studio.app.shots import ShotPlate, plate_of
from void_studio.assist import (
    Grid,
    Question,
    QuestionFrame,
    ReasonedProposals,
    Reasoner,
    ReasonerOptions,
    Sending,
    affected_matte,
    answer_faults,
    belonging_prompt,
    encode_reasoned,
)
from void_studio.core import BadInput, NotPresent, Refused, write_whole
from void_studio.media import reopen_plate, resize
from void_studio.quadmask import Quadmask, place_quadmask, read_quadmask, remove_of
from void_studio.timeline import read_timeline

__all__ = [
    "AskedShot",
    "ReasonRequest",
    "asked_shot",
    "ask_reasoner",
    "find_reasoner",
    "options_for",
    "question_about",
    "reason_lines",
    "sending_facts",
    "write_preview",
]

_PLUGIN_HINT = 'pip install "void-studio[vlm]" plugins/affected_by_vlm'


@dataclass(frozen=True, slots=True)
class ReasonRequest:
    """What is asked about a shot: how many frames are shown, and a person's own words."""

    timeline: Path
    shot: str
    quadmask: Path
    frames: int = 8
    instruction: str = ""
    handles: int = 8


@dataclass(frozen=True, slots=True, eq=False)
class AskedShot:
    """A shot with its quadmask, in plate numbering, and the question about it."""

    shot: ShotPlate
    quadmask: Quadmask
    question: Question


def find_reasoner(registry: Registry, reasoner_id: str) -> Reasoner:
    """The reasoner with this id. Raises NotPresent when no plugin offers any."""
    if not registry.ids(Kind.REASONER):
        raise NotPresent("no reasoner is installed", hint=_PLUGIN_HINT)
    return registry.load(Kind.REASONER, reasoner_id)


def asked_shot(
    request: ReasonRequest, *, media_root: Path | None, rate: Fraction | None
) -> AskedShot:
    """Read the shot, and pick frames spread evenly over those that show the object.

    Raises Refused when the remove layer is empty.
    """
    timeline = read_timeline(request.timeline, media_root=media_root, rate=rate)
    shot = plate_of(timeline, timeline.shot(request.shot), handles=request.handles)
    file = read_quadmask(request.quadmask, extent=shot.plate.extent)
    placed = place_quadmask(
        file, work=shot.work, source=shot.source, plate=shot.plate.available_range
    )
    quadmask = placed.quadmask.over(placed.quadmask.range.intersect(shot.work))
    return question_about(shot, quadmask, frames=request.frames, instruction=request.instruction)


def question_about(
    shot: ShotPlate, quadmask: Quadmask, *, frames: int, instruction: str
) -> AskedShot:
    """A question with `frames` frames of a quadmask in plate numbering; reads the plate."""
    chosen = _spread(quadmask, frames)
    with closing(reopen_plate(shot.plate)) as reader:
        source = ProxySource(reader, proxy_extent(shot.plate.extent))
        shown = tuple(_shown(source, quadmask, frame) for frame in chosen)
    question = Question(shown, quadmask.range, Grid.of(shot.plate.extent), instruction)
    return AskedShot(shot, quadmask, question)


def _spread(quadmask: Quadmask, count: int) -> list[int]:
    seen = [frame for frame in quadmask.range if remove_of(quadmask.values(frame)).any()]
    if not seen:
        raise Refused(
            "the quadmask has no remove layer in the work range",
            hint="paint or segment the object first",
        )
    picks = np.unique(np.rint(np.linspace(0, len(seen) - 1, count)).astype(int))
    return [seen[pick] for pick in picks]


def _shown(source: ProxySource, quadmask: Quadmask, frame: int) -> QuestionFrame:
    rgb = source(frame)
    remove = remove_of(quadmask.values(frame)).astype(np.uint8) * 255
    extent = proxy_extent(quadmask.extent)
    return QuestionFrame(frame, rgb, np.greater(resize(remove, extent), 127))


def sending_facts(asked: AskedShot, sending: Sending) -> dict[str, Any]:
    """What a person has to know before anything is sent."""
    offset = asked.shot.numbering_offset
    return {
        "frames": [picture.frame + offset for picture in sending.pictures],
        "size_bytes": sending.size_bytes,
        "tokens": sending.tokens,
    }


def write_preview(folder: Path, asked: AskedShot, sending: Sending) -> list[str]:
    """Write exactly what would be sent: the words and every picture. Sends nothing."""
    offset = asked.shot.numbering_offset
    written = [folder / "question.txt"]
    write_whole(written[0], sending.text.encode())
    for picture in sending.pictures:
        written.append(folder / f"frame.{picture.frame + offset}.jpg")
        write_whole(written[-1], picture.jpeg)
    return [str(path) for path in written]


def ask_reasoner(
    reasoner: Reasoner,
    asked: AskedShot,
    options: ReasonerOptions,
    out: Path,
    *,
    save_answer: Path | None,
    cancelled: Callable[[], bool],
) -> dict[str, Any]:
    """Ask, and write the answer as proposals; nothing of it is painted.

    Raises as `Reasoner.ask` does.
    """
    answer = reasoner.ask(asked.question, options, cancelled=cancelled)
    faults = answer_faults(answer, asked.question)
    if faults:
        raise BadInput(f"the reasoner broke its promise: {', '.join(faults[:5])}")
    shot, quadmask = asked.shot, asked.quadmask
    proposals = ReasonedProposals(
        shot.shot.id, quadmask.range, quadmask.extent, asked.question.grid, answer
    )
    write_whole(out, encode_reasoned(proposals))
    if save_answer is not None:
        write_whole(save_answer, answer.text.encode())
    return {
        "shot": shot.shot.id,
        "reasoner": reasoner.info().id,
        "model": answer.model,
        "out": str(out),
        "sent": reasoner.info().sends,
        **sending_facts(asked, reasoner.sending(asked.question)),
        "affected": _affected_facts(proposals),
        "belongings": _belonging_facts(proposals, shot.numbering_offset),
        "scene": answer.scene,
        "clamped": answer.clamped,
    }


def _affected_facts(proposals: ReasonedProposals) -> list[dict[str, Any]]:
    frames = list(proposals.range)
    facts = []
    for name, found in proposals.affected().items():
        mattes = (
            affected_matte(found, proposals.grid, proposals.extent, frame) for frame in _few(frames)
        )
        share = float(np.mean([matte.mean() for matte in mattes]))
        facts.append(
            {
                "id": name,
                "noun": found.noun,
                "category": found.category.value,
                "moves": found.moves,
                "share": round(share, 4),
            }
        )
    return facts


def _few(frames: Sequence[int]) -> list[int]:
    picks = np.unique(np.linspace(0, len(frames) - 1, 9).astype(int))
    return [frames[pick] for pick in picks]


def _belonging_facts(proposals: ReasonedProposals, offset: int) -> list[dict[str, Any]]:
    facts = []
    for name, belonging in proposals.belongings().items():
        rect = belonging_prompt(belonging, proposals.grid, proposals.extent).rect
        x, y = rect.x + rect.width // 2, rect.y + rect.height // 2
        click = f"{x},{y}@{belonging.frame + offset}"
        facts.append({"id": name, "noun": belonging.noun, "click": click})
    return facts


def options_for(
    reasoner: Reasoner,
    *,
    model: str,
    base_url: str,
    saved: Path | None,
    timeout_s: float,
) -> ReasonerOptions:
    """The options of a call: key from the environment or the keyring, answers kept in the cache."""
    return ReasonerOptions(
        model=model,
        base_url=base_url,
        key=key_for(reasoner.info()),
        saved=saved,
        cache=answer_cache(),
        timeout_s=timeout_s,
    )


def reason_lines(facts: dict[str, Any]) -> list[str]:
    """The facts for a terminal."""
    lines = [f"{facts['out']}: {facts['model']}, {facts['clamped']} numbers clamped"]
    for item in facts["affected"]:
        moves = ", moves" if item["moves"] else ""
        share = f"{item['share']:.1%} of the frame"
        lines.append(f"{item['id']}  {item['noun']} ({item['category']}{moves}), {share}")
    lines += [
        f"{item['id']}  {item['noun']}: belongs to it, click {item['click']}"
        for item in facts["belongings"]
    ]
    return [*lines, f"scene: {facts['scene']}"]
