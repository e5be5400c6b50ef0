"""The actions of the window as Qt knows them: menus, keys, tips and states come from the table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from void_studio.app.actions import ACTIONS, Action, Context, active_in, bound_keys, why_not
from void_studio.app.session import Session
from void_studio.gui.controls import tip_with_key
from void_studio.gui.icons import icon

__all__ = ["ActionSet"]


class ActionSet(QObject):
    """One QAction for every action of the table.

    `handlers` gives what each does by its id, `checked` whether a checkable one is on. Actions of
    the whole window belong to `window`; the others are added to the widgets whose focus they need.
    """

    def __init__(self, window: QWidget, session: Session) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self._keys: dict[str, tuple[str, ...]] = {}
        self._handlers: Mapping[str, Callable[[], object]] = {}
        self._checked: Mapping[str, Callable[[], bool]] = {}
        self._results: Callable[[], int] = lambda: 0
        self._actions = {entry.id: self._made(entry) for entry in ACTIONS}
        window.addActions([self[e.id] for e in ACTIONS if e.context is Context.WINDOW])
        self.bind({})

    def __getitem__(self, action_id: str) -> QAction:
        return self._actions[action_id]

    @property
    def keys(self) -> Mapping[str, tuple[str, ...]]:
        """The keys of every action by its id."""
        return self._keys

    def connect_to(
        self,
        handlers: Mapping[str, Callable[[], object]],
        checked: Mapping[str, Callable[[], bool]],
        results: Callable[[], int],
    ) -> None:
        """Say what the actions do, and how many takes and versions there are.

        Raises KeyError when an action has nothing to do.
        """
        self._results = results
        self._handlers = {entry.id: handlers[entry.id] for entry in ACTIONS}
        self._checked = checked
        self.refresh()

    def attach(self, viewer: Iterable[QWidget], strip: QWidget) -> None:
        """Let the keys of the viewer work in `viewer`, and with those of the strip in `strip`."""
        of_viewer = [entry for entry in ACTIONS if entry.context is Context.VIEWER]
        for widget in viewer:
            widget.addActions([self[entry.id] for entry in of_viewer])
        taken = {key for entry in active_in(Context.STRIP, ACTIONS) for key in self._keys[entry.id]}
        strip.addActions([self[e.id] for e in ACTIONS if e.context is Context.STRIP])
        strip.addActions([self[e.id] for e in of_viewer if not taken & set(self._keys[e.id])])

    def bind(self, own: Mapping[str, tuple[str, ...]]) -> None:
        """Take over a person's own keys."""
        self._keys = bound_keys(ACTIONS, own)
        for entry in ACTIONS:
            made = self[entry.id]
            made.setShortcuts([QKeySequence(key) for key in self._keys[entry.id]])
        self.refresh()

    def refresh(self) -> None:
        """Enable what can be used now; what can not says why in its tip."""
        for entry in ACTIONS:
            made = self[entry.id]
            reason = why_not(entry.enabled_when, self._session, results=self._results())
            made.setEnabled(not reason)
            made.setToolTip(reason or tip_with_key(entry.tip, self.key_text(entry.id)))
            if entry.checkable and entry.id in self._checked:
                made.setChecked(self._checked[entry.id]())

    def key_text(self, action_id: str) -> str:
        """The first key of an action as this system writes it; empty where there is none."""
        keys = self._keys.get(action_id, ())
        if not keys:
            return ""
        return QKeySequence(keys[0]).toString(QKeySequence.SequenceFormat.NativeText)

    def _made(self, entry: Action) -> QAction:
        made = QAction(icon(entry.icon), entry.text, self._window)
        made.setObjectName(entry.id)
        made.setCheckable(entry.checkable)
        made.setAutoRepeat(entry.id.startswith(("step.", "edit.undo", "edit.redo", "matte.")))
        made.setMenuRole(QAction.MenuRole.NoRole)
        made.setShortcutContext(
            Qt.ShortcutContext.WindowShortcut
            if entry.context is Context.WINDOW
            else Qt.ShortcutContext.WidgetWithChildrenShortcut
        )
        made.triggered.connect(lambda _=False: self._triggered(entry.id))
        return made

    def _triggered(self, action_id: str) -> None:
        self._handlers[action_id]()
        self.refresh()
