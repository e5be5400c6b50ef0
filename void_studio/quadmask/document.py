"""The painted document of one shot: layers, strokes, undo."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from void_studio.core import FrameRange, Rect, Refused, new_id
from void_studio.quadmask.bits import Matte, check_bits, compress_bits
from void_studio.quadmask.edited import EditedLayers
from void_studio.quadmask.history import Edit, PaintAtom
from void_studio.quadmask.layer import Colour, LayerHead, MatteLayer, Role
from void_studio.quadmask.origin import FrameState, Origin
from void_studio.quadmask.packing import pack_some
from void_studio.quadmask.prompts import LayerPrompt
from void_studio.quadmask.rasters import PaintedFrame
from void_studio.quadmask.sequence import Quadmask
from void_studio.quadmask.shapes import KeyedPolygon
from void_studio.quadmask.stroke import Stroke

__all__ = ["QuadmaskDocument"]

_LOUDEST_FIRST = (
    FrameState.LOCKED,
    FrameState.KEYED,
    FrameState.PAINTED,
    FrameState.PROPAGATED,
)
_COLOURS: Mapping[Role, Colour] = {Role.REMOVE: (226, 74, 74), Role.AFFECTED: (74, 144, 226)}


class QuadmaskDocument(EditedLayers):
    """Matte layers of one shot over `range` (plate numbering) at plate size; used by one thread.

    Every call that changes something is one undo step and counts `revision` up, as do `undo` and
    `redo`. `changed` carries layer id, frame and the rectangle touched; `layers_changed` tells that
    layers came, went, moved or changed a property; `edited` carries what is needed to do a change
    again. Unknown layers raise KeyError, frames outside `range` IndexError, arrays of a wrong size
    ValueError.
    """

    def widen(self, frames: FrameRange) -> None:
        """Let the range cover `frames` too. No undo step; `layers_changed` tells."""
        if not self.range.covers(frames):
            self.range = self.range.union(frames)
            self.layers_changed.emit()

    def add_layer(self, name: str, role: Role, *, colour: Colour | None = None) -> MatteLayer:
        """A new empty layer, on top."""
        head = LayerHead(new_id("layer"), name, role, colour or _COLOURS[role])
        self._arrange((head, *self._heads()))
        return self.layer(head.id)

    def remove_layer(self, layer_id: str) -> None:
        """Take a layer away with all that is painted on it, locked frames included."""
        self._end_stroke()
        rasters = self.layer(layer_id).rasters
        atoms = tuple(
            PaintAtom(
                layer_id, frame, self.extent.rect, rasters.blob(frame), b"", rasters.origin(frame)
            )
            for frame in rasters
        )
        self._arrange(tuple(head for head in self._heads() if head.id != layer_id), atoms)

    def duplicate_layer(self, layer_id: str) -> MatteLayer:
        """A copy of a layer above it, nothing of it locked."""
        self._end_stroke()
        layer = self.layer(layer_id)
        rasters, place = layer.rasters, self._layers.index(layer)
        head = replace(
            layer.head, id=new_id("layer"), name=f"{layer.name} copy", locked=frozenset()
        )
        atoms = tuple(
            PaintAtom(
                head.id,
                frame,
                self.extent.rect,
                b"",
                rasters.blob(frame),
                becomes=rasters.origin(frame),
            )
            for frame in rasters
        )
        heads = self._heads()
        self._arrange((*heads[:place], head, *heads[place:]), atoms)
        return self.layer(head.id)

    def move_layer(self, layer_id: str, index: int) -> None:
        """Put a layer at `index` of `layers`."""
        moved = self.layer(layer_id).head
        heads = [head for head in self._heads() if head.id != layer_id]
        heads.insert(index, moved)
        self._arrange(tuple(heads))

    def rename(self, layer_id: str, name: str) -> None:
        """Give a layer another name."""
        self._replace(replace(self.layer(layer_id).head, name=name))

    def set_role(self, layer_id: str, role: Role) -> None:
        """Say what a layer's matte means."""
        self._replace(replace(self.layer(layer_id).head, role=role))

    def set_colour(self, layer_id: str, colour: Colour) -> None:
        """Set the colour of a layer's overlay, R, G, B of 0..255."""
        self._replace(replace(self.layer(layer_id).head, colour=colour))

    def set_visible(self, layer_id: str, *, visible: bool) -> None:
        """Say whether a layer counts in the quadmask."""
        self._replace(replace(self.layer(layer_id).head, visible=visible))

    def set_feather(self, layer_id: str, px: float) -> None:
        """Set how far the fill blends outwards, in plate pixels, 0 or more."""
        if not 0 <= px < float("inf"):
            raise ValueError(f"a feather can not be {px} pixels")
        self._replace(replace(self.layer(layer_id).head, feather=float(px)))

    def lock(self, layer_id: str, frames: Iterable[int]) -> None:
        """Keep the matte of these frames as it is, whatever paints or propagates."""
        head = self.layer(layer_id).head
        self._replace(replace(head, locked=head.locked | self._checked(frames)))

    def unlock(self, layer_id: str, frames: Iterable[int]) -> None:
        """Let the matte of these frames be changed again."""
        head = self.layer(layer_id).head
        self._replace(replace(head, locked=head.locked - self._checked(frames)))

    def set_shapes(self, layer_id: str, shapes: Iterable[KeyedPolygon]) -> None:
        """Replace all shapes of a layer.

        Raises Refused when that would change the matte of a locked frame.
        """
        self._end_stroke()
        layer = self.layer(layer_id)
        head = replace(layer.head, shapes=tuple(shapes))
        for frame in sorted(head.locked):
            if not np.array_equal(layer.matte(frame), layer.matte_with(head.shapes, frame)):
                raise _locked(layer, frame)
        self._replace(head)

    def set_prompts(self, layer_id: str, prompts: Iterable[LayerPrompt]) -> None:
        """Replace all prompts of a layer."""
        given = tuple(prompts)
        self._checked(prompt.frame for prompt in given)
        self._replace(replace(self.layer(layer_id).head, prompts=given))

    def begin_stroke(self, layer_id: str, frame: int) -> Stroke:
        """Pen down. Raises Refused on a locked frame. A stroke in progress is ended first."""
        self._end_stroke()
        self._paintable(layer_id, frame)
        return Stroke(self, layer_id, frame)

    def set_matte(self, layer_id: str, frame: int, matte: Matte, rect: Rect | None = None) -> None:
        """Replace what is painted in `rect`, the whole frame by default, by `matte` of its size.

        Raises Refused on a locked frame.
        """
        self._end_stroke()
        layer = self._paintable(layer_id, frame)
        where = rect or self.extent.rect
        if where.intersect(self.extent.rect) != where:
            raise IndexError(f"{where} is not inside {self.extent}")
        self._paint([_atom(layer, frame, where, matte)])

    def set_mattes(
        self,
        layer_id: str,
        mattes: Mapping[int, Matte],
        *,
        origin: Origin = Origin.PAINTED,
    ) -> tuple[int, ...]:
        """Replace what is painted in several frames, as one step; the locked frames left alone.

        Each matte is taken once, in order of frames: a mapping may make them as they are asked for.
        """
        self._end_stroke()
        layer = self.layer(layer_id)
        frames = self._checked(mattes)
        free = sorted(frames - layer.locked)
        whole = self.extent.rect
        self._paint([_atom(layer, frame, whole, mattes[frame], origin) for frame in free])
        return tuple(sorted(frames & layer.locked))

    def outdated(self, atoms: Iterable[PaintAtom]) -> tuple[PaintAtom, ...]:
        """Those of whole frames, made on another thread, whose frame has changed since."""
        return tuple(
            atom
            for atom in atoms
            if self.layer(atom.layer_id).rasters.blob(atom.frame) != atom.before
        )

    def put_atoms(self, atoms: Iterable[PaintAtom], *, join: Edit | None = None) -> None:
        """Do what was worked out elsewhere as one step; what is locked now is left alone.

        It becomes a part of the step `join` while that is the newest one, a step of its own when
        it is not. The caller has made sure that nothing is `outdated`.
        """
        self._end_stroke()
        free = tuple(
            atom
            for atom in atoms
            if atom.before != atom.after and atom.frame not in self.layer(atom.layer_id).locked
        )
        if join is not None and join is self._history.newest and free:
            self._join(free)
        else:
            self._paint(free)

    def clear(self, layer_id: str, frames: Iterable[int] | None = None) -> tuple[int, ...]:
        """Take away what is painted, everywhere by default; the locked frames left alone.

        Shapes stay.
        """
        layer = self.layer(layer_id)
        chosen = layer.rasters if frames is None else self._checked(frames)
        there = [frame for frame in chosen if frame in layer.rasters]
        return self.put_frames(layer_id, dict.fromkeys(there, PaintedFrame(b"")))

    def put_frames(self, layer_id: str, painted: Mapping[int, PaintedFrame]) -> tuple[int, ...]:
        """Replace whole frames, packed elsewhere, as one step; the locked frames left alone."""
        return self.put_layers({layer_id: painted})

    def put_layers(self, painted: Mapping[str, Mapping[int, PaintedFrame]]) -> tuple[int, ...]:
        """The same on several layers at once; the frames that a lock has kept."""
        self._end_stroke()
        atoms: list[PaintAtom] = []
        kept: set[int] = set()
        for layer_id, frames in painted.items():
            layer = self.layer(layer_id)
            free = sorted(self._checked(frames) - layer.locked)
            atoms += [_whole_atom(layer, frame, frames[frame]) for frame in free]
            kept |= layer.locked.intersection(frames)
        self._paint(atoms)
        return tuple(sorted(kept))

    def add_painted(
        self, layers: Iterable[tuple[str, Role, Mapping[int, PaintedFrame]]]
    ) -> tuple[MatteLayer, ...]:
        """New layers with what is painted on them, as one step; the first one on top."""
        given = [
            (LayerHead(new_id("layer"), name, role, _COLOURS[role]), painted)
            for name, role, painted in layers
        ]
        atoms = [
            _whole_atom(MatteLayer(head, self.extent, {}), frame, painted[frame])
            for head, painted in given
            for frame in sorted(self._checked(painted))
        ]
        self._arrange((*(head for head, _ in given), *self._heads()), tuple(atoms))
        return tuple(self.layer(head.id) for head, _ in given)

    def pack(self, frames: FrameRange | None = None) -> Quadmask:
        """The quadmask of the visible layers over `frames`, all by default.

        A stroke in progress is not in it.
        """
        return self.snapshot().pack(frames)

    def values(self, frame: int, rect: Rect | None = None) -> npt.NDArray[np.uint8]:
        """The stored numbers of the visible layers in `rect`, all by default; owned by the caller.

        uint8 (height, width), a stroke in progress included. `rect` must lie inside.
        """
        self._check(frame)
        where = rect or self.extent.rect
        found: dict[Role, Matte] = {}
        for layer in self._layers:
            part = layer.look(frame, where) if layer.visible else None
            if part is not None:
                role = layer.role
                found[role] = part if role not in found else np.logical_or(found[role], part)
        shape = where.extent.shape
        return pack_some(found.get(Role.REMOVE), found.get(Role.AFFECTED), shape)

    def frame_state(self, frame: int) -> FrameState:
        """How a frame stands in the visible layers; EMPTY when there is nothing to fill."""
        painted = [layer for layer in self._layers if layer.visible and not layer.is_empty(frame)]
        states = {layer.state(frame) for layer in painted}
        return next((state for state in _LOUDEST_FIRST if state in states), FrameState.EMPTY)

    def state_of(self, layer_id: str, frame: int) -> FrameState:
        """How a frame of one layer stands."""
        return self.layer(layer_id).state(frame)

    def open_stroke(self, stroke: Stroke) -> Matte:
        """For strokes: the array to paint into."""
        self._end_stroke()
        layer = self._paintable(stroke.layer_id, stroke.frame)
        self._stroke = stroke
        return layer.rasters.hold(stroke.frame)

    def stroke_painted(self, stroke: Stroke, rect: Rect) -> None:
        """For strokes: samples in `rect` may have changed."""
        self.changed.emit(stroke.layer_id, stroke.frame, rect)

    def close_stroke(self, stroke: Stroke, painted: Matte, rect: Rect) -> None:
        """For strokes: keep what was painted in `rect` as one edit."""
        self._stroke = None
        layer = self.layer(stroke.layer_id)
        layer.rasters.release(stroke.frame)
        self._paint([_atom(layer, stroke.frame, rect, painted[rect.slices])])

    def _checked(self, frames: Iterable[int]) -> frozenset[int]:
        chosen = frozenset(frames)
        for frame in chosen:
            self._check(frame)
        return chosen

    def _check(self, frame: int) -> None:
        if frame not in self.range:
            raise IndexError(f"frame {frame} is not in {self.range}")

    def _paintable(self, layer_id: str, frame: int) -> MatteLayer:
        self._check(frame)
        layer = self.layer(layer_id)
        if frame in layer.locked:
            raise _locked(layer, frame)
        return layer

    def _replace(self, head: LayerHead) -> None:
        self._arrange(tuple(head if old.id == head.id else old for old in self._heads()))

    def _paint(self, atoms: Iterable[PaintAtom]) -> None:
        changing = tuple(atom for atom in atoms if atom.before != atom.after)
        if changing:
            self._do(Edit(changing))


def _atom(
    layer: MatteLayer, frame: int, rect: Rect, matte: Matte, origin: Origin = Origin.PAINTED
) -> PaintAtom:
    if matte.shape != rect.extent.shape or matte.dtype != np.bool_:
        raise ValueError(f"a matte is {matte.dtype} {matte.shape}, not boolean {rect.extent.shape}")
    before = layer.rasters.bits(frame, rect)
    after = compress_bits(matte)
    return PaintAtom(layer.id, frame, rect, before, after, layer.rasters.origin(frame), origin)


def _whole_atom(layer: MatteLayer, frame: int, painted: PaintedFrame) -> PaintAtom:
    check_bits(painted.blob, layer.rasters.extent)
    return PaintAtom(
        layer.id,
        frame,
        layer.rasters.extent.rect,
        layer.rasters.blob(frame),
        painted.blob,
        layer.rasters.origin(frame),
        painted.origin,
    )


def _locked(layer: MatteLayer, frame: int) -> Refused:
    return Refused(
        f"frame {frame} is locked", where=layer.name, hint="unlock the frame to change its matte"
    )
