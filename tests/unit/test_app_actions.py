from void_studio.app.actions import (
    ACTIONS,
    GESTURES,
    MENUS,
    Context,
    action,
    active_in,
    bound_keys,
    clashes,
)

ISSUE_KEYS = {
    "play.toggle": "Space",
    "play.back": "J",
    "play.stop": "K",
    "play.forward": "L",
    "step.first": "Home",
    "step.last": "End",
    "step.previous_painted": "PgUp",
    "step.next_painted": "PgDown",
    "step.previous_ten": "Shift+Left",
    "step.next_ten": "Shift+Right",
    "range.in": "I",
    "range.out": "O",
    "tool.brush": "B",
    "tool.eraser": "E",
    "tool.grid": "G",
    "tool.lasso": "Q",
    "tool.polygon": "P",
    "tool.rectangle": "R",
    "tool.point": "C",
    "matte.swap_role": "X",
    "matte.smaller": "[",
    "matte.larger": "]",
    "edit.undo": "Ctrl+Z",
    "edit.redo": "Ctrl+Shift+Z",
    "view.overlay": "`",
    "compare.wipe": "W",
    "compare.difference": "D",
    "view.fit": "F",
    "view.full_size": "1",
    "segment.propagate": "Ctrl+T",
    "render.take": "Ctrl+Return",
    "file.save": "Ctrl+S",
    "help.shortcuts": "?",
}


def test_no_two_actions_share_a_key_in_one_context() -> None:
    assert clashes(ACTIONS, bound_keys(ACTIONS, {})) == ()


def test_a_clash_names_the_key_and_both_actions() -> None:
    keys = bound_keys(ACTIONS, {"tool.eraser": ("B",)})
    (clash,) = clashes(ACTIONS, keys)
    assert (clash.key, clash.actions) == ("B", ("tool.brush", "tool.eraser"))


def test_a_key_of_the_whole_window_clashes_with_one_of_the_viewer() -> None:
    keys = bound_keys(ACTIONS, {"file.save": ("B",)})
    assert [clash.actions for clash in clashes(ACTIONS, keys)] == [("file.save", "tool.brush")]


def test_editors_find_the_keys_that_they_know() -> None:
    assert {name: action(name).keys[0] for name in ISSUE_KEYS} == ISSUE_KEYS
    assert {"Left", ","} == set(action("step.previous").keys)
    assert {"Right", "."} == set(action("step.next").keys)


def test_single_letters_act_in_viewer_and_strips_only() -> None:
    for entry in ACTIONS:
        for key in entry.keys:
            if len(key) == 1 and key != "?":
                assert entry.context is not Context.WINDOW, entry.id


def test_tab_stays_the_focus_order() -> None:
    assert all("Tab" not in key for entry in ACTIONS for key in entry.keys)


def test_every_action_has_a_place_a_name_a_tip_and_an_icon() -> None:
    for entry in ACTIONS:
        assert entry.menu[0] in MENUS, entry.id
        assert entry.text, entry.id
        assert entry.tip, entry.id
        assert not entry.tip.endswith("."), entry.id
        assert entry.icon, entry.id
    assert {gesture.group for gesture in GESTURES} <= set(MENUS)


def test_no_two_actions_have_one_id_or_one_name_in_a_menu() -> None:
    ids = [entry.id for entry in ACTIONS]
    places = [(entry.menu, entry.text) for entry in ACTIONS]
    assert len(set(ids)) == len(ids)
    assert len(set(places)) == len(places)


def test_own_keys_replace_the_defaults_and_may_be_none() -> None:
    keys = bound_keys(ACTIONS, {"tool.brush": ("Ctrl+B", "F2"), "tool.eraser": ()})
    assert keys["tool.brush"] == ("Ctrl+B", "F2")
    assert keys["tool.eraser"] == ()
    assert keys["tool.grid"] == ("G",)


def test_the_strip_has_keys_of_its_own_before_those_of_the_viewer() -> None:
    in_strip = {key for entry in active_in(Context.STRIP, ACTIONS) for key in entry.keys}
    assert "PgDown" in in_strip
    assert "B" not in in_strip
