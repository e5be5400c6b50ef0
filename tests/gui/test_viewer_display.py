from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from pytestqt.qtbot import QtBot

from tests.gui.viewer_parts import Watched, make_plate, viewer_on

pytest.importorskip("PyOpenColorIO")

CONFIG = """ocio_profile_version: 2
roles: {default: video}
file_rules:
  - !<Rule> {name: Default, colorspace: default}
displays:
  Screen:
    - !<View> {name: Plain, colorspace: video}
    - !<View> {name: Darker, colorspace: darker}
colorspaces:
  - !<ColorSpace> {name: video}
  - !<ColorSpace>
    name: darker
    from_scene_reference: !<MatrixTransform> {matrix: [0.5,0,0,0, 0,0.5,0,0, 0,0,0.5,0, 0,0,0,1]}
"""


def test_an_ocio_view_changes_what_is_shown_and_plain_brings_it_back(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config.ocio"
    config.write_text(CONFIG)
    monkeypatch.setenv("OCIO", str(config))
    with viewer_on(qtbot, tmp_path, make_plate(tmp_path)) as watched:
        field = watched.pane.header.display
        texts = [field.itemText(index) for index in range(field.count())]
        assert texts[0].startswith("plain")
        assert texts[1:] == ["Screen: Plain", "Screen: Darker"]
        picture = watched.pane.canvas.composition.picture
        assert picture is not None
        plain = picture.rgb.astype(int)
        for index, factor in ((2, 0.5), (0, 1.0)):
            field.setCurrentIndex(index)
            field.activated.emit(index)
            watched.settle()
            watched.wait(partial(_is_shown, watched, factor * plain))


def _is_shown(watched: Watched, wanted: npt.NDArray[np.float64]) -> bool:
    picture = watched.pane.canvas.composition.picture
    if picture is None or not picture.exact:
        return False
    return int(np.abs(picture.rgb[..., :3] - wanted[..., :3]).max()) <= 1


def test_a_config_that_is_none_is_told_and_plain_stays(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config.ocio"
    config.write_text("no profile")
    monkeypatch.setenv("OCIO", str(config))
    with viewer_on(qtbot, tmp_path, make_plate(tmp_path)) as watched:
        assert watched.pane.header.display.count() == 1
        watched.wait(lambda: any("OpenColorIO" in message.what for message in watched.said))
