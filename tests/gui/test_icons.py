import ast
import re
from pathlib import Path

import pytest

from void_studio.gui.icons import icon, known_icons

GUI = Path(__file__).resolve().parents[2] / "void_studio" / "gui"
_CALLS = {"icon": 0, "icon_button": 2}


def used_icons() -> set[str]:
    """Every icon name that stands in a call of the gui as a literal."""
    found = set()
    for path in GUI.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                place = _CALLS.get(node.func.id)
                if place is not None and len(node.args) > place:
                    found |= {
                        part.value
                        for part in ast.walk(node.args[place])
                        if isinstance(part, ast.Constant)
                        and isinstance(part.value, str)
                        and re.fullmatch(r"[a-z][a-z-]+", part.value)
                    }
    return found


def test_every_icon_that_is_used_exists() -> None:
    assert used_icons() - known_icons() == set()
    assert used_icons()


def test_an_icon_that_does_not_exist_is_refused() -> None:
    with pytest.raises(KeyError):
        icon("slate")


def test_an_icon_is_drawn() -> None:
    picture = icon("play").pixmap(16, 16).toImage()
    assert any(picture.pixelColor(x, y).alpha() > 0 for x in range(16) for y in range(16))
