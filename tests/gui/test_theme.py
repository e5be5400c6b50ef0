import re
from pathlib import Path

import pytest
from PySide6.QtGui import QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QPushButton

from void_studio.app.resources import resource
from void_studio.gui.theme import (
    Tokens,
    colour,
    contrast,
    palette_of,
    read_tokens,
    restyle,
    style_of,
    text_font,
    tokens,
)

GUI = Path(__file__).resolve().parents[2] / "void_studio" / "gui"
TEXT_ON = [
    ("text_1", "panel", 4.5),
    ("text_1", "selected", 4.5),
    ("text_1", "input", 4.5),
    ("text_1", "header", 4.5),
    ("text_1", "button", 4.5),
    ("text_1", "button_hover", 4.5),
    ("text_1", "segment_on", 4.5),
    ("text_2", "panel", 4.5),
    ("text_2", "selected", 4.5),
    ("text_2", "header", 4.5),
    ("text_2", "button", 4.5),
    ("text_2", "well", 4.5),
    ("text_3", "panel", 4.5),
    ("text_3", "input", 4.5),
    ("text_3", "header", 4.5),
    ("text_3", "window", 4.5),
    ("on_accent", "accent", 4.5),
    ("on_accent", "accent_hover", 4.5),
    ("on_accent", "accent_press", 4.5),
    ("accent", "panel", 4.5),
    ("ok", "panel", 4.5),
    ("warn", "panel", 4.5),
    ("warn", "warn_chip", 4.5),
    ("error", "panel", 4.5),
    ("on_error_chip", "error_chip", 4.5),
    ("on_error_chip", "selected", 4.5),
    ("text_1", "tooltip", 4.5),
    ("icon_on", "button_on", 4.5),
]


@pytest.mark.parametrize(("text", "ground", "least"), TEXT_ON)
def test_every_text_can_be_read_on_its_ground(text: str, ground: str, least: float) -> None:
    assert contrast(tokens().colours[text], tokens().colours[ground]) >= least


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21.0)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)


def test_the_chrome_is_neutral() -> None:
    import tomllib

    greys = tomllib.loads(resource("tokens.toml").read_text())["grey"]
    assert all(value[1:3] == value[3:5] == value[5:7] for value in greys.values())


def test_palette_and_style_sheet_come_from_the_same_tokens() -> None:
    base = tokens()
    other = Tokens({**base.colours, "panel": "#303030"}, base.sizes)
    assert palette_of(other).color(QPalette.ColorRole.Window).name() == "#303030"
    sheet = style_of(resource("style.qss").read_text(), other, icons="icons")
    assert "#303030" in sheet
    assert "@" not in sheet


def test_a_token_that_does_not_exist_stops_the_style_sheet() -> None:
    with pytest.raises(KeyError):
        style_of("QLabel { color: @nothing; }", tokens(), icons="")


def test_tokens_are_read_from_their_text() -> None:
    found = read_tokens('[grey]\npanel = "#242424"\n[size]\nrow = 28\n')
    assert found == Tokens({"panel": "#242424"}, {"row": 28})


def test_no_widget_has_a_style_sheet_or_a_colour_of_its_own() -> None:
    wrong = [
        f"{path.name}:{number}"
        for path in GUI.rglob("*.py")
        if path.name != "apply.py"
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if "setStyleSheet" in line or re.search(r"#[0-9A-Fa-f]{6}\b", line)
    ]
    assert wrong == []


def test_the_bundled_font_is_used_and_its_figures_are_of_equal_width(themed: QApplication) -> None:
    from PySide6.QtGui import QFontMetricsF

    assert QFontInfo(themed.font()).family() == "Inter"
    metrics = QFontMetricsF(text_font())
    widths = {round(metrics.horizontalAdvance(figure * 10), 3) for figure in "0123456789"}
    assert len(widths) == 1


def test_a_changed_property_changes_the_look(themed: QApplication) -> None:
    button = QPushButton("Render take")
    button.resize(120, 24)
    restyle(button, main=True)
    ground = button.grab().toImage().pixelColor(6, 12)
    assert ground == colour("accent")
