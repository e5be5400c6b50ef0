"""File names that no system and no attacker minds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.version_parts import SMALL, noise_plate, request_for
from void_studio.versions import file_stem
from void_studio.versions.naming import slug


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sh010", "sh010"),
        ("Szene 3: Küche/Flur", "Szene_3_Küche_Flur"),
        ("../../etc/passwd", "etc_passwd"),
        ("C:\\temp", "C_temp"),
        ("夜の街", "夜の街"),
        ("हिन्दी", "हिन्दी"),
        ("A001.mov", "A001_mov"),
        ("con", "con_"),
        ("LPT1", "LPT1_"),
        ("com10", "com10"),
        ("", "untitled"),
        ("...", "untitled"),
        ("a\x00b\nc\u202ed", "a_b_c_d"),
        ("100% #1", "100_1"),
    ],
)
def test_a_slug_keeps_letters_of_any_script_and_nothing_dangerous(text, expected):
    assert slug(text) == expected


@given(st.text())
def test_a_slug_is_short_plain_and_its_own_slug(text):
    name = slug(text)
    assert 0 < len(name.encode()) <= 61
    assert not set(name) & set('/\\:*?"<>|. \0\n')
    assert slug(name) == name or name.endswith("_")


def test_a_decomposed_name_gives_the_same_folder():
    assert slug("Ku\u0308che") == slug("K\u00fcche")


def test_a_stem_names_sequence_shot_product_and_version(tmp_path):
    plate = noise_plate(tmp_path / "plate.mkv", "yuv420p", SMALL)
    stem = file_stem(request_for(plate, name="x" * 300), "v210", 12)
    assert stem == f"seq_A_{'x' * 60}_v210_v012"
    assert len(stem.encode()) < 200
