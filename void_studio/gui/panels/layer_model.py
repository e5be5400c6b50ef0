"""The layers of a quadmask as a list."""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from void_studio.quadmask import MatteLayer, QuadmaskDocument

__all__ = ["LAYER_ROLE", "LOCKED_ROLE", "LayerModel"]

LAYER_ROLE = Qt.ItemDataRole.UserRole
LOCKED_ROLE = Qt.ItemDataRole.UserRole + 1

_Index = QModelIndex | QPersistentModelIndex


class LayerModel(QAbstractListModel):
    """Layers top first; a name can be edited in place."""

    def __init__(self) -> None:
        super().__init__()
        self._document: QuadmaskDocument | None = None
        self._layers: tuple[MatteLayer, ...] = ()
        self._frame = 0
        self._editable = True

    def show(self, document: QuadmaskDocument | None, frame: int, *, editable: bool) -> None:
        """Show a document's layers as they are at `frame`."""
        layers = document.layers if document else ()
        same = [layer.id for layer in layers] == [layer.id for layer in self._layers]
        if not same:
            self.beginResetModel()
        self._document, self._layers, self._frame = document, layers, frame
        self._editable = editable
        if not same:
            self.endResetModel()
        elif layers:
            self.dataChanged.emit(self.index(0), self.index(len(layers) - 1))

    def layer_at(self, index: _Index) -> MatteLayer:
        """The layer of an index."""
        return self._layers[index.row()]

    def place_of(self, layer_id: str | None) -> int | None:
        """Where a layer is in the list."""
        return next((at for at, layer in enumerate(self._layers) if layer.id == layer_id), None)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  as Qt declares it
        """One for each layer."""
        return 0 if parent.isValid() else len(self._layers)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Names can be edited where the project can be written."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if self._editable else flags

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The name, the layer (LAYER_ROLE), whether it is locked at the frame (LOCKED_ROLE)."""
        layer = self._layers[index.row()]
        if role == LAYER_ROLE:
            return layer
        if role == LOCKED_ROLE:
            return self._frame in layer.locked
        names = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole)
        return layer.name if role in names else None

    def setData(self, index: _Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Rename a layer."""
        name = str(value).strip()
        if role != Qt.ItemDataRole.EditRole or not name or self._document is None:
            return False
        self._document.rename(self._layers[index.row()].id, name)
        return True
