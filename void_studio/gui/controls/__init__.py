"""The controls that Qt does not have, one a file; every one has a name, a tip and a key."""

from __future__ import annotations

from void_studio.gui.controls.buttons import icon_button, link_button, main_button, push_button
from void_studio.gui.controls.dialog import SheetDialog, lie_over
from void_studio.gui.controls.elided import ElidedLabel
from void_studio.gui.controls.fold import FoldSection
from void_studio.gui.controls.form import FormRow
from void_studio.gui.controls.labels import chip, divider, key_cap, label, rule
from void_studio.gui.controls.naming import tip_with_key, titled
from void_studio.gui.controls.number import NumberField
from void_studio.gui.controls.segment import Segment, SegmentSwitch
from void_studio.gui.controls.slider import ValueSlider
from void_studio.gui.controls.swatch import RoleSwatch, paint_role, role_icon

__all__ = [
    "titled",
    "tip_with_key",
    "label",
    "chip",
    "key_cap",
    "rule",
    "divider",
    "push_button",
    "main_button",
    "link_button",
    "icon_button",
    "ElidedLabel",
    "FoldSection",
    "FormRow",
    "NumberField",
    "Segment",
    "SegmentSwitch",
    "ValueSlider",
    "SheetDialog",
    "lie_over",
    "RoleSwatch",
    "paint_role",
    "role_icon",
]
