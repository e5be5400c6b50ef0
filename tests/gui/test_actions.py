from PySide6.QtGui import QKeySequence

from void_studio.app.actions import ACTIONS
from void_studio.gui.icons import known_icons


def test_every_key_is_written_as_qt_writes_it() -> None:
    wrong = [
        (entry.id, key)
        for entry in ACTIONS
        for key in entry.keys
        if QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText) != key
    ]
    assert wrong == []


def test_every_action_has_an_icon_of_the_family() -> None:
    assert {entry.icon for entry in ACTIONS} - known_icons() == set()
