import json
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu, QMenuBar, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from void_studio.app.actions import ACTIONS, MENUS
from void_studio.app.preferences import Preferences, Surround, preferences_path
from void_studio.app.session import Level, Message
from void_studio.gui.density import Density, density_of
from void_studio.gui.error_dialog import Cure, ErrorDialog, details_of
from void_studio.gui.layouts import Layouts
from void_studio.gui.main import Studio, read_preferences
from void_studio.gui.preferences import PreferencesDialog
from void_studio.gui.shortcut_sheet import ShortcutSheet
from void_studio.gui.theme import reduced_motion


def in_menu(menu: QMenu) -> list[QAction]:
    found = []
    for entry in menu.actions():
        below = entry.menu()
        found += in_menu(below) if isinstance(below, QMenu) else [entry]
    return found


def test_the_menus_are_complete(studio: Studio) -> None:
    bar = studio.window.findChild(QMenuBar, "menu")
    assert [entry.text() for entry in bar.actions()] == list(MENUS)
    names = [
        entry.objectName()
        for top in bar.actions()
        for entry in in_menu(top.menu())
        if not entry.isSeparator()
    ]
    assert sorted(names) == sorted(entry.id for entry in ACTIONS)


def test_what_can_not_be_used_says_why(studio: Studio) -> None:
    render = studio.window.actions_of["render.take"]
    assert not render.isEnabled()
    assert render.toolTip() == "Open a timeline or a movie first."
    assert studio.window.actions_of["file.open_timeline"].toolTip().endswith("(Ctrl+O)")


def test_it_starts_at_the_start_page_with_the_focus_on_the_first_way_in(
    studio: Studio, qtbot: QtBot
) -> None:
    assert studio.window.is_at_start
    assert studio.window.docks.shown() == ()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    assert QApplication.focusWidget().objectName() == "start.open_timeline"


def test_the_computer_is_looked_at_by_a_task(studio: Studio, qtbot: QtBot) -> None:
    studio.window.look_around()
    page = studio.window.start
    qtbot.waitUntil(lambda: page.computer.findChild(QWidget) is not None)
    qtbot.waitUntil(lambda: any("Codecs" in text for text in texts(page.computer)), timeout=30_000)


def texts(widget: QWidget) -> list[str]:
    from PySide6.QtWidgets import QLabel

    return [label.text() for label in widget.findChildren(QLabel)]


def test_a_question_mark_shows_every_key(studio: Studio, qtbot: QtBot) -> None:
    studio.window.actions_of["help.shortcuts"].trigger()
    sheet = QApplication.activeModalWidget()
    assert isinstance(sheet, ShortcutSheet)
    assert "Swap remove and affected" in texts(sheet)
    assert studio.window.findChild(QWidget, "veil").isVisible()
    qtbot.keyClicks(sheet.findChild(QWidget, "shortcuts.find"), "undo")
    assert {"Undo", "Z"} <= set(texts(sheet))
    assert "Redo" not in texts(sheet)
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


def test_a_key_can_be_given_to_another_action_and_is_kept(studio: Studio, qtbot: QtBot) -> None:
    window = studio.window
    window.dialogs.preferences("keys")
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, PreferencesDialog)
    dialog.keys.choose("tool.brush")
    dialog.keys.set_key("E")
    save = dialog.findChild(QPushButton, "preferences.save")
    assert not save.isEnabled()
    assert save.toolTip() == "E is claimed by Brush and Eraser."
    dialog.keys.set_key("Ctrl+B")
    save.click()
    assert window.actions_of.keys["tool.brush"] == ("Ctrl+B",)
    assert window.actions_of["tool.brush"].shortcut().toString() == "Ctrl+B"
    qtbot.waitUntil(lambda: preferences_path().exists())
    assert json.loads(preferences_path().read_text())["keys"] == {"tool.brush": ["Ctrl+B"]}


def test_what_is_set_holds_at_once(studio: Studio) -> None:
    window = studio.window
    window.use_preferences(Preferences(surround=Surround.GREY, reduce_motion=True))
    assert window.parts.viewer.canvas.surround == "surround_grey"
    assert reduced_motion()
    window.use_preferences(Preferences())
    assert not reduced_motion()
    window.use_preferences(Preferences(reduce_motion=True))


def test_preferences_that_can_not_be_read_are_told_and_the_defaults_hold(own_state: Path) -> None:
    preferences_path().write_text("{")
    preferences, told = read_preferences()
    assert preferences == Preferences()
    assert "preferences are malformed" in told[0].what


def test_the_about_box_says_what_it_does_not_do(studio: Studio, qtbot: QtBot) -> None:
    studio.window.dialogs.about()
    box = QApplication.activeModalWidget()
    said = " ".join(texts(box))
    for words in ("No audio playback", "No telemetry", "No update check", "English only"):
        assert words in said
    qtbot.keyClick(box, Qt.Key.Key_Escape)


def test_an_error_can_be_read_copied_and_cured(studio: Studio, qtbot: QtBot) -> None:
    cured: list[str] = []
    message = Message(Level.ERROR, "plate is not there", "/mnt/a.mov", "mount it", "trace 1")
    dialog = ErrorDialog(message, studio.window, cures=[Cure("Relink", lambda: cured.append("x"))])
    dialog.open()
    assert {"Plate is not there.", "/mnt/a.mov", "Mount it."} <= set(texts(dialog))
    dialog.copy_details()
    copied = QGuiApplication.clipboard().text()
    assert copied == details_of(message)
    assert "trace 1" in copied
    qtbot.mouseClick(
        dialog.findChild(QPushButton, "error_dialog.relink"), Qt.MouseButton.LeftButton
    )
    assert cured == ["x"]
    assert not dialog.isVisible()


def test_a_message_stands_in_the_status_line_and_a_long_one_can_be_unfolded(
    studio: Studio, qtbot: QtBot
) -> None:
    studio.session.tell(Message(Level.WARN, "gpu-box-02 does not answer", hint="start it " * 20))
    bar = studio.window.bar
    assert bar.message.what == "gpu-box-02 does not answer"
    details = bar.findChild(QPushButton, "status.details")
    qtbot.mouseClick(details, Qt.MouseButton.LeftButton)
    assert isinstance(QApplication.activeModalWidget(), ErrorDialog)
    QApplication.activeModalWidget().reject()


def test_an_error_that_nobody_expected_is_told_and_the_window_lives(
    studio: Studio, caplog: object
) -> None:
    import sys

    try:
        raise RuntimeError("a bug")
    except RuntimeError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    assert studio.window.bar.message.what == "An internal error: RuntimeError"
    assert "a bug" in studio.window.bar.message.details


def test_what_gives_way_comes_in_its_order() -> None:
    large, middle, small = density_of(1920, 1080), density_of(1400, 840), density_of(1280, 720)
    assert large == Density(words=True, wide_dock=True, full_timeline=True, full_strip=True)
    assert middle == Density(words=False, wide_dock=True, full_timeline=False, full_strip=True)
    assert small == Density(words=False, wide_dock=False, full_timeline=False, full_strip=False)


def test_layouts_come_back_by_screen_and_workspace(tmp_path: Path) -> None:
    layouts = Layouts()
    layouts.keep("1920x1080@1", "paint", b"state")
    path = tmp_path / "deep" / "layouts.json"
    Layouts.write(path, layouts.text())
    again = Layouts.read(path)
    assert again.get("1920x1080@1", "paint") == b"state"
    assert again.get("2560x1440@2", "paint") is None


def test_every_control_at_the_start_has_a_name_for_people(studio: Studio) -> None:
    nameless = [
        f"{type(widget).__name__} {widget.objectName()}"
        for widget in studio.window.findChildren(QWidget)
        if widget.isVisible()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not (widget.accessibleName() or getattr(widget, "text", str)())
    ]
    assert nameless == []
