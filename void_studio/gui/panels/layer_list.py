"""The list of layers with the buttons under it."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QListView, QVBoxLayout, QWidget

from void_studio.app.session.session import Session
from void_studio.gui.controls import icon_button, label, titled
from void_studio.gui.panels.layer_delegate import LayerDelegate
from void_studio.gui.panels.layer_model import LayerModel
from void_studio.gui.theme import size
from void_studio.quadmask import MatteLayer, QuadmaskDocument, Role

__all__ = ["LayerList", "selected_layer"]

_LEAST_ROWS, _MOST_ROWS = 3, 7


def selected_layer(session: Session) -> MatteLayer | None:
    """The layer that the view has chosen, if the open shot has it."""
    shot, chosen = session.shot, session.view.layer_id
    if shot is None:
        return None
    return next((layer for layer in shot.document.layers if layer.id == chosen), None)


class LayerList(QWidget):
    """Every layer of the open shot; the one that is selected is `session.view.layer_id`."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("layers.list_and_buttons")
        self._session = session
        self._document: QuadmaskDocument | None = None
        self._model = LayerModel()
        self._view = self._made_view()
        self._empty = label(
            "No layers. Paint with B, or click the object with the point prompt.",
            self,
            tone="hint",
            wrap=True,
        )
        self._empty.setContentsMargins(12, 8, 12, 8)
        self._add = icon_button("layers.add", "New layer of the brush's role", "plus", self)
        self._copy = icon_button("layers.duplicate", "Duplicate layer", "copy", self)
        self._up = icon_button("layers.up", "Move layer up", "arrow-up", self)
        self._down = icon_button("layers.down", "Move layer down", "arrow-down", self)
        self._remove = icon_button("layers.remove", "Remove layer", "trash", self)
        self._lay_out()
        self._connect()
        self._attach()

    def _made_view(self) -> QListView:
        view = titled(QListView(self), "layers.list", "Layers")
        view.setToolTip("")
        view.setModel(self._model)
        view.setItemDelegate(self._made_delegate(view))
        view.setMouseTracking(True)
        view.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.selectionModel().selectionChanged.connect(lambda *_: self._picked())
        return view

    def _made_delegate(self, view: QListView) -> LayerDelegate:
        delegate = LayerDelegate(view)
        delegate.eye_clicked.connect(self._toggle_eye)
        delegate.lock_clicked.connect(self._toggle_lock)
        return delegate

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(4)
        for button in (self._add, self._copy, self._up, self._down):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self._remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._view)
        column.addWidget(self._empty)
        column.addLayout(row)

    def _connect(self) -> None:
        self._session.shot_changed.connect(lambda _: self._attach())
        self._session.view.changed.connect(self._view_changed)
        self._add.clicked.connect(self._add_layer)
        self._copy.clicked.connect(self._duplicate)
        self._up.clicked.connect(lambda: self._move(-1))
        self._down.clicked.connect(lambda: self._move(1))
        self._remove.clicked.connect(self._remove_layer)

    def _attach(self) -> None:
        shot = self._session.shot
        self._document = shot.document if shot else None
        if self._document is not None:
            self._document.layers_changed.connect(self._refresh)
            self._document.history_changed.connect(self._refresh)
        self._refresh()

    def _view_changed(self, name: str) -> None:
        if name in ("frame", "layer_id"):
            self._refresh()

    def _refresh(self) -> None:
        editable = self._session.read_only is None
        self._model.show(self._document, self._session.view.frame, editable=editable)
        count = self._model.rowCount()
        self._view.setVisible(bool(count))
        self._empty.setVisible(not count)
        self._view.setFixedHeight(min(max(count, _LEAST_ROWS), _MOST_ROWS) * size("row"))
        place = self._model.place_of(self._session.view.layer_id)
        if place is not None:
            flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self._view.selectionModel().setCurrentIndex(self._model.index(place), flag)
        self._show_buttons(place, count, editable=editable)

    def _show_buttons(self, place: int | None, count: int, *, editable: bool) -> None:
        self._add.setEnabled(editable and self._document is not None)
        for button in (self._copy, self._remove):
            button.setEnabled(editable and place is not None)
        self._up.setEnabled(editable and place is not None and place > 0)
        self._down.setEnabled(editable and place is not None and place < count - 1)

    def _picked(self) -> None:
        found = self._view.selectionModel().selectedIndexes()
        if found:
            layer = self._model.layer_at(found[0])
            self._session.view.layer_id = layer.id
            self._session.view.role = layer.role

    def _toggle_eye(self, layer_id: str) -> None:
        if self._document is not None and self._session.read_only is None:
            visible = self._document.layer(layer_id).visible
            self._document.set_visible(layer_id, visible=not visible)

    def _toggle_lock(self, layer_id: str) -> None:
        if self._document is None or self._session.read_only is not None:
            return
        frame = self._session.view.frame
        if frame in self._document.layer(layer_id).locked:
            self._document.unlock(layer_id, [frame])
        elif frame in self._document.range:
            self._document.lock(layer_id, [frame])

    def _add_layer(self) -> None:
        if self._document is not None:
            role = self._session.view.role
            self._session.view.layer_id = self._document.add_layer(self._free_name(role), role).id

    def _free_name(self, role: Role) -> str:
        taken = {layer.name for layer in self._document.layers} if self._document else set()
        base = role.value.capitalize()
        names = (base if number == 1 else f"{base} {number}" for number in range(1, 1000))
        return next(name for name in names if name not in taken)

    def _duplicate(self) -> None:
        layer = selected_layer(self._session)
        if self._document is not None and layer is not None:
            copy = self._document.duplicate_layer(layer.id)
            self._session.view.layer_id = copy.id

    def _move(self, by: int) -> None:
        layer = selected_layer(self._session)
        place = self._model.place_of(layer.id) if layer else None
        if self._document is not None and layer is not None and place is not None:
            self._document.move_layer(layer.id, place + by)

    def _remove_layer(self) -> None:
        layer = selected_layer(self._session)
        if self._document is not None and layer is not None:
            self._document.remove_layer(layer.id)
            rest = self._document.layers
            self._session.view.layer_id = rest[0].id if rest else None
