"""The bar under the viewer: in and out, play, frame and timecodes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from void_studio.app.session import Viewing
from void_studio.gui.controls import NumberField, icon_button, label
from void_studio.gui.icons import icon
from void_studio.gui.theme import size
from void_studio.gui.viewer.canvas_words import format_fps
from void_studio.gui.viewer.player import Player

__all__ = ["Transport"]

_NONE = "\N{EN DASH}"
_NARROW, _VERY_NARROW = 900, 680


class Transport(QWidget):
    """Shows and sets where the playhead is; of one viewer."""

    def __init__(self, viewing: Viewing, player: Player, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewing = viewing
        self._view = viewing.session.view
        self._player = player
        self.setObjectName("transport")
        self.setProperty("plane", "header")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(size("transport"))
        self.in_value, self.out_value, self.length_value = (label(parent=self) for _ in range(3))
        self.play = self._button("play", "Play or stop", "play-fill", "Space", player.toggle)
        self.loop = icon_button(
            "transport.loop", "Loop", "repeat", self, tip="Loop from in to out", checkable=True
        )
        self.loop.setChecked(player.loops)
        self.loop.toggled.connect(self._set_loop)
        self.frame = NumberField("transport.frame", "Frame", self, low=0, high=0, tip="Frame")
        self.frame.setFixedWidth(64)
        self.frame.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.frame.entered.connect(self._enter_frame)
        self.source, self.record = label(parent=self), label(parent=self)
        self.rate = label(parent=self, tone="secondary", small=True)
        self.captions: dict[str, QLabel] = {}
        self._lay_out()
        self._view.changed.connect(self._follow_view)
        viewing.frames_changed.connect(self.follow_shot)
        player.dropped_changed.connect(self._show_rate)
        self.follow_shot()

    def release(self) -> None:
        """Stop listening to the session."""
        self._view.changed.disconnect(self._follow_view, missing_ok=True)
        self._viewing.frames_changed.disconnect(self.follow_shot, missing_ok=True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out the record timecode, then the length, when it gets narrow."""
        super().resizeEvent(event)
        wide, less = self.width() >= _NARROW, self.width() >= _VERY_NARROW
        for part in (self.captions["Record"], self.record, self.rate):
            part.setVisible(wide)
        for part in (self.captions["Length"], self.length_value):
            part.setVisible(less)

    def follow_shot(self) -> None:
        """Another shot is open, or none."""
        shot = self._viewing.session.shot
        self.setEnabled(shot is not None)
        if shot is not None:
            self.frame.setRange(shot.document.range.start, shot.document.range.last)
        self._show_frame()
        self._show_in_out()
        self._show_rate()

    def _follow_view(self, field: str) -> None:
        if field == "frame":
            self._show_frame()
        elif field in {"in_frame", "out_frame"}:
            self._show_in_out()
        elif field == "playing":
            self.play.setIcon(icon("pause-fill" if self._view.playing else "play-fill"))
            self._show_rate()

    def _show_frame(self) -> None:
        shot, frame = self._viewing.session.shot, self._view.frame
        self.frame.set_number(frame)
        source = shot.source_timecode(frame) if shot else None
        record = shot.record_timecode(frame) if shot else None
        self.source.setText(str(source) if source else _NONE)
        self.record.setText(str(record) if record else _NONE)

    def _show_in_out(self) -> None:
        span = self._viewing.in_out()
        shown = (span.start, span.last, len(span)) if span else (_NONE, _NONE, _NONE)
        for part, value in zip(
            (self.in_value, self.out_value, self.length_value), shown, strict=True
        ):
            part.setText(str(value))

    def _show_rate(self, _: int = 0) -> None:
        shot = self._viewing.session.shot
        rate = f"{format_fps(shot.plate.rate)} fps" if shot else ""
        dropped = self._player.dropped
        is_told = shot is not None and (self._view.playing or dropped)
        self.rate.setText(f"{rate}, {dropped} dropped" if is_told else rate)

    def _enter_frame(self, value: float) -> None:
        self._view.frame = int(value)

    def _set_loop(self, on: bool) -> None:
        self._player.loops = on

    def _button(
        self, name: str, title: str, icon_name: str, key: str, clicked: Callable[[], None]
    ) -> QToolButton:
        made = icon_button(f"transport.{name}", title, icon_name, self, key=key)
        made.clicked.connect(clicked)
        return made

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(6)
        for caption, value in (
            ("In", self.in_value),
            ("Out", self.out_value),
            ("Length", self.length_value),
        ):
            self._add(row, caption, value)
        row.addStretch(1)
        for part in self._buttons():
            row.addWidget(part)
        row.addStretch(1)
        fields: tuple[tuple[str, QWidget], ...] = (
            ("Frame", self.frame),
            ("Source", self.source),
            ("Record", self.record),
        )
        for caption, field in fields:
            self._add(row, caption, field)
        row.addWidget(self.rate)

    def _add(self, row: QHBoxLayout, caption: str, value: QWidget) -> None:
        made = label(caption, self, tone="secondary")
        made.setBuddy(value)
        self.captions[caption] = made
        row.addWidget(made)
        row.addWidget(value)
        row.addSpacing(6)

    def _buttons(self) -> list[QToolButton]:
        go = self._go
        return [
            self._button("first", "First frame", "skip-back", "Home", lambda: go(-(10**9))),
            self._button(
                "back_ten", "Ten back", "caret-double-left", "Shift+Left", lambda: go(-10)
            ),
            self._button("back", "One frame back", "caret-left", "Left", lambda: go(-1)),
            self.play,
            self._button("next", "One frame forward", "caret-right", "Right", lambda: go(1)),
            self._button(
                "next_ten", "Ten forward", "caret-double-right", "Shift+Right", lambda: go(10)
            ),
            self._button("last", "Last frame", "skip-forward", "End", lambda: go(10**9)),
            self.loop,
        ]

    def _go(self, by: int) -> None:
        shot = self._viewing.session.shot
        if shot is not None:
            span = shot.work
            self._player.stop()
            self._view.frame = min(span.last, max(span.start, self._view.frame + by))
