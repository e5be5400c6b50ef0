from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from void_studio.gui.controls import (
    ElidedLabel,
    FoldSection,
    FormRow,
    NumberField,
    RoleSwatch,
    Segment,
    SegmentSwitch,
    ValueSlider,
    chip,
    icon_button,
    label,
    push_button,
    role_icon,
)
from void_studio.gui.theme import colour


def shown(qtbot: QtBot, widget: QWidget) -> None:
    qtbot.addWidget(widget)
    with qtbot.waitActive(widget):
        widget.show()
        widget.activateWindow()


def test_a_segment_switch_tells_of_a_choice_by_hand_only(qtbot: QtBot) -> None:
    switch = SegmentSwitch("role", "Role", [Segment("remove", "Remove"), Segment("both", "Both")])
    shown(qtbot, switch)
    heard: list[object] = []
    switch.chosen.connect(heard.append)
    switch.set_value("remove")
    assert heard == []
    qtbot.mouseClick(switch.button("both"), Qt.MouseButton.LeftButton)
    assert (heard, switch.value()) == (["both"], "both")


def test_arrow_keys_move_along_a_segment_switch(qtbot: QtBot) -> None:
    switch = SegmentSwitch("role", "Role", [Segment("remove", "Remove"), Segment("both", "Both")])
    switch.set_value("remove")
    shown(qtbot, switch)
    switch.button("remove").setFocus()
    qtbot.keyClick(switch.button("remove"), Qt.Key.Key_Right)
    assert switch.value() == "both"


def test_a_slider_and_its_number_say_the_same(qtbot: QtBot) -> None:
    slider = ValueSlider("grow", "Grow", low=-32, high=32, unit="px", signed=True)
    shown(qtbot, slider)
    heard: list[float] = []
    slider.settled.connect(heard.append)
    slider.set_value(4)
    assert slider.number.text() == "+4 px"
    assert heard == []
    slider.slider.setFocus()
    qtbot.keyClick(slider.slider, Qt.Key.Key_Right)
    assert (slider.value(), heard) == (5, [5.0])


def test_a_slider_has_steps_below_one(qtbot: QtBot) -> None:
    slider = ValueSlider("opacity", "Opacity", low=0, high=1, step=0.01, decimals=2)
    shown(qtbot, slider)
    slider.set_value(0.46)
    assert slider.slider.value() == 46
    assert slider.value() == 0.46


def test_the_wheel_leaves_a_number_alone_that_has_no_focus(qtbot: QtBot) -> None:
    field = NumberField("steps", "Steps", low=1, high=100)
    shown(qtbot, field)
    field.set_number(30)
    field.clearFocus()
    wheel(field)
    assert field.value() == 30
    field.setFocus()
    wheel(field)
    assert field.value() == 31


def wheel(widget: QWidget) -> None:
    event = QWheelEvent(
        QPointF(5, 5),
        QPointF(5, 5),
        QPoint(0, 0),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def test_a_section_folds_and_opens(qtbot: QtBot) -> None:
    section = FoldSection("segmenter", "Segmenter", note="flow")
    inside = label("hello")
    section.body.addWidget(inside)
    shown(qtbot, section)
    heard: list[bool] = []
    section.folded.connect(heard.append)
    head = section.findChild(QWidget, "segmenter.head")
    qtbot.mouseClick(head, Qt.MouseButton.LeftButton)
    assert (inside.isVisible(), heard) == (False, [True])
    section.set_open(True)
    assert (inside.isVisible(), heard) == (True, [True])


def test_a_form_row_gives_its_field_a_label(qtbot: QtBot) -> None:
    field = NumberField("steps", "Steps", low=1, high=100)
    row = FormRow("Steps", field)
    shown(qtbot, row)
    assert row.label.buddy() is field


def test_a_long_path_is_shortened_and_told_in_its_tip(qtbot: QtBot) -> None:
    path = "/a/very/long/path/to/a/plate_v001.mov" * 4
    shortened = ElidedLabel(path, mode=Qt.TextElideMode.ElideMiddle)
    shown(qtbot, shortened)
    assert shortened.toolTip() == path
    assert shortened.minimumSizeHint().width() < 40


def test_each_role_has_a_mark_of_its_own(qtbot: QtBot) -> None:
    pictures = set()
    for role in ("remove", "affected", "overlap"):
        swatch = RoleSwatch(role)
        shown(qtbot, swatch)
        assert swatch.accessibleName() == role
        image = swatch.grab().toImage()
        pictures.add(bytes(image.constBits()))
    assert len(pictures) == 3
    assert not role_icon("remove").isNull()


def test_buttons_say_what_they_do(qtbot: QtBot) -> None:
    button = push_button("holes", "Fill holes", key="Ctrl+H")
    tool = icon_button("undo", "Undo", "arrow-u-up-left", key="Ctrl+Z")
    for widget in (button, tool):
        qtbot.addWidget(widget)
    assert button.toolTip() == "Fill holes (Ctrl+H)"
    assert (tool.accessibleName(), tool.toolTip()) == ("Undo", "Undo (Ctrl+Z)")


def test_a_chip_has_the_colour_of_its_kind(qtbot: QtBot) -> None:
    made = chip("Stale", "warn")
    shown(qtbot, made)
    assert made.grab().toImage().pixelColor(3, made.height() // 2) == colour("warn_chip")


def test_a_number_has_room_for_its_text(qtbot: QtBot) -> None:
    field = NumberField("field", "Field", low=0, high=100, unit="frames")
    qtbot.addWidget(field)
    field.resize(120, 24)
    field.show()
    assert field.lineEdit().width() > 100
