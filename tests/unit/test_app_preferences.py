from pathlib import Path

import pytest

from void_studio.app.preferences import Preferences, Surround, default_memory_cap, preferences_path
from void_studio.core import BadInput


def test_preferences_come_back_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "config" / "preferences.json"
    mine = Preferences({"tool.brush": ("Ctrl+B",), "tool.eraser": ()}, Surround.GREY, 1 << 30, True)
    mine.write(path)
    assert Preferences.read(path) == mine


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert Preferences.read(tmp_path / "none.json") == Preferences()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"schema": "void_studio.preferences.2"}',
        (
            '{"schema": "void_studio.preferences.1", "keys": {"a": "B"}, "surround": "dark",'
            ' "memory_cap_bytes": null, "reduce_motion": false, "worker": "local"}'
        ),
        (
            '{"schema": "void_studio.preferences.1", "keys": {}, "surround": "pink",'
            ' "memory_cap_bytes": null, "reduce_motion": false, "worker": "local"}'
        ),
        (
            '{"schema": "void_studio.preferences.1", "keys": {}, "surround": "dark",'
            ' "memory_cap_bytes": 7, "reduce_motion": false, "worker": "local"}'
        ),
    ],
)
def test_malformed_preferences_are_refused_by_name(text: str, tmp_path: Path) -> None:
    path = tmp_path / "preferences.json"
    path.write_text(text)
    with pytest.raises(BadInput, match="preferences are malformed"):
        Preferences.read(path)


def test_the_memory_cap_is_a_quarter_of_the_machine_and_never_more_than_8_gib() -> None:
    assert 0 < default_memory_cap() <= 8 << 30
    assert Preferences().cap_bytes == default_memory_cap()
    assert Preferences(memory_cap_bytes=1 << 30).cap_bytes == 1 << 30


def test_the_config_folder_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOID_STUDIO_CONFIG", str(tmp_path))
    assert preferences_path() == tmp_path / "preferences.json"
