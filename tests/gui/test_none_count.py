import sys

import pytest
from PySide6.QtWidgets import QWidget

from void_studio.gui.none_count import keep_none_alive


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal there")
def test_a_long_session_does_not_use_up_none() -> None:
    keep_none_alive()
    widget = QWidget()
    before = sys.getrefcount(None)
    for _ in range(100):
        widget.parent()
    assert before - sys.getrefcount(None) < 1000
    assert sys.getrefcount(None) > 1 << 39
