import numpy as np

from void_studio.core import Extent, FrameRange
from void_studio.quadmask import QuadmaskDocument, Role

EXTENT = Extent(61, 47)


def test_a_duplicate_has_its_own_mattes_and_no_locks_and_is_one_undo_step() -> None:
    document = QuadmaskDocument("shot-1", FrameRange.of(1001, 1006), EXTENT)
    layer = document.add_layer("Glass", Role.REMOVE)
    matte = np.zeros(EXTENT.shape, np.bool_)
    matte[5:15, 5:15] = True
    document.set_matte(layer.id, 1002, matte)
    document.lock(layer.id, [1002])
    copy = document.duplicate_layer(layer.id)
    assert [each.name for each in document.layers] == ["Glass copy", "Glass"]
    assert np.array_equal(copy.matte(1002), matte)
    assert not copy.locked
    document.clear(copy.id)
    assert layer.matte(1002).any()
    document.undo()
    document.undo()
    assert [each.name for each in document.layers] == ["Glass"]
