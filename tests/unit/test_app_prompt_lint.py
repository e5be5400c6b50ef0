"""The prompt helper: what it remarks on, and what it leaves alone."""

import pytest

from void_studio.app.prompt_lint import TEMPLATES, Reason, lint_prompt, tokens_estimate

GOOD = "A cobbled courtyard with houses and cypresses at dusk, warm lamps. The camera pans right."


def reasons(text, **options):
    return {remark.reason for remark in lint_prompt(text, **options).remarks}


def test_a_description_of_what_remains_is_left_alone():
    report = lint_prompt(GOOD, removed=["ball"])
    assert report.ok
    assert report.remarks == ()
    assert not report.counted


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Reason.EMPTY),
        (" \n ", Reason.EMPTY),
        ("The courtyard without the red ball at dusk", Reason.REMOVAL_WORDS),
        ("Remove the cart from the quiet courtyard", Reason.REMOVAL_WORDS),
        ("A courtyard where the cart is no longer seen", Reason.REMOVAL_WORDS),
        ("A quiet courtyard, people walk by the wall", Reason.PEOPLE),
        ("Make the courtyard look quiet and warm", Reason.INSTRUCTION),
        ("A courtyard", Reason.TOO_SHORT),
        ("A quiet  courtyard\nat dusk with lamps", Reason.SPACES),
        ("a quiet courtyard " * 200, Reason.TOO_LONG),
    ],
)
def test_each_weakness_is_named(text, reason):
    assert reason in reasons(text)


@pytest.mark.parametrize("noun", ["ball", "Ball ", "red ball", "glass", "bench"])
def test_the_removed_thing_is_found_whatever_its_form(noun):
    text = f"A courtyard with two {noun.strip().lower()}s, {noun.strip()} and {noun.strip()}es"
    assert reasons(text, removed=[noun]) == {Reason.NAMES_REMOVED}
    assert not lint_prompt(text, removed=[noun]).ok


def test_parts_of_words_are_no_hits():
    text = "A manicured lawn by the woman-made pergola, heritage stones, masks of ivy"
    assert reasons(text, removed=["awn", "stone", "red", ""]) == {Reason.NAMES_REMOVED}
    assert reasons(text, removed=["awn", "red", ""]) == set()


def test_people_are_a_warning_since_some_may_stay():
    report = lint_prompt("Two children sit on a wall at dusk")
    assert report.ok
    assert report.remarks[0].words == ("children",)


def test_a_tokenizer_counts_when_there_is_one():
    report = lint_prompt(GOOD, count=lambda text: 227)
    assert report.counted
    assert report.tokens == 227
    assert not report.ok
    assert lint_prompt("a quiet courtyard " * 200, count=lambda text: 226).tokens == 226


def test_the_estimate_is_on_the_safe_side():
    assert tokens_estimate("") == 1
    assert 20 <= tokens_estimate(GOOD) <= 30
    assert tokens_estimate("x" * 4000) > 226


def test_text_without_end_is_refused():
    with pytest.raises(ValueError, match="characters"):
        lint_prompt("a" * 20_001)


def test_templates_pass_their_own_lint():
    for _, text in TEMPLATES:
        assert lint_prompt(text).ok
