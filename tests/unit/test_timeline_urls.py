"""Where a url points, and how a new path is spelt like its neighbours."""

import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from void_studio.timeline import media_path, respell

BASE = Path("/shows/cut")
_NAMES = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="/\0"), min_size=1, max_size=12
).filter(lambda name: name not in (".", ".."))
_PATHS = st.lists(_NAMES, min_size=1, max_size=5).map(lambda parts: Path("/", *parts))
_LIKE = st.sampled_from(
    [
        "/vfx/a.mov",
        "file:///vfx/a.mov",
        "file://localhost/vfx/a.mov",
        "FILE:///a%20b",
        "",
        "E:\\a.mov",
    ]
)


def _is_drive(path: Path) -> bool:
    head = path.parts[1]
    return len(head) >= 2 and head[0] in string.ascii_letters and head[1] == ":"


@given(_PATHS, _LIKE)
def test_a_path_spelt_in_any_form_points_at_the_same_file(path: Path, like: str) -> None:
    if not _is_drive(path):
        assert media_path(respell(path, like), base=BASE) == path


@given(_PATHS)
def test_a_relative_spelling_points_at_the_same_file(path: Path) -> None:
    inside = BASE / path.relative_to("/")
    text = respell(inside, "media/a.mov", base=BASE)
    assert not text.startswith("/")
    if "\\" not in text:
        assert media_path(text, base=BASE) == inside


@given(st.text(max_size=40))
def test_no_url_is_more_than_a_path_or_nothing(url: str) -> None:
    found = media_path(url, base=BASE, media_root=Path("/nowhere"))
    assert found is None or isinstance(found, Path)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("/Users/j/a b#1.mov", "/Users/j/a b#1.mov"),
        ("/a%20b.mov", "/a%20b.mov"),
        ("file:///a%20b%231.mov", "/a b#1.mov"),
        ("file:///a b#1.mov", "/a b#1.mov"),
        ("file://localhost/vfx/a.mov", "/vfx/a.mov"),
        ("file:/vfx/a.mov", "/vfx/a.mov"),
        ("media/a.mov", "/shows/cut/media/a.mov"),
        ("../a.mov", "/shows/cut/../a.mov"),
        ("notes: a.mov", "/shows/cut/notes: a.mov"),
    ],
)
def test_a_url_of_this_system_is_a_path(url: str, path: str) -> None:
    assert media_path(url, base=BASE) == Path(path)


@pytest.mark.parametrize(
    "url", ["", "http://x/a.mov", "https://x/a.mov", "s3://b/a.mov", "/a\0b.mov", "file:"]
)
def test_what_is_not_a_file_has_no_path(url: str) -> None:
    assert media_path(url, base=BASE) is None


@pytest.mark.parametrize(
    "url",
    [
        r"E:\SHOW\day 1\x#1.mxf",
        "C:/SHOW/day 1/x#1.mxf",
        r"\\srv\share\day 1\x#1.mxf",
        "file://localhost/C%3a/SHOW/day%201/x%231.mxf",
        "file:///C:/SHOW/day%201/x%231.mxf",
        "file://srv/share/day%201/x%231.mxf",
        "/Volumes/RAID/day 1/x#1.mxf",
        "elsewhere/day 1/x#1.mxf",
        r"elsewhere\day 1\x#1.mxf",
    ],
)
def test_media_of_another_machine_is_found_by_its_longest_tail(url: str, tmp_path: Path) -> None:
    (tmp_path / "day 1").mkdir()
    (tmp_path / "x#1.mxf").touch()
    wanted = tmp_path / "day 1" / "x#1.mxf"
    wanted.touch()
    assert media_path(url, base=BASE, media_root=tmp_path) == wanted


def test_media_root_never_leads_out_of_itself(tmp_path: Path) -> None:
    (tmp_path / "secret.mov").touch()
    root = tmp_path / "root"
    root.mkdir()
    assert media_path("../secret.mov", base=tmp_path / "root", media_root=root) is not None
    assert media_path("E:\\x\\..\\secret.mov", base=BASE, media_root=root) is None


def test_a_file_at_its_own_place_wins_over_media_root(tmp_path: Path) -> None:
    own = tmp_path / "a.mov"
    own.touch()
    root = tmp_path / "root"
    root.mkdir()
    (root / "a.mov").touch()
    assert media_path(str(own), base=BASE, media_root=root) == own


@pytest.mark.parametrize(
    ("like", "text"),
    [
        ("/vfx/a.mov", "/shows/cut/v 1/ü#.mov"),
        (r"E:\a.mov", "/shows/cut/v 1/ü#.mov"),
        ("file:///vfx/a.mov", "file:///shows/cut/v%201/%C3%BC%23.mov"),
        ("file://localhost/vfx/a.mov", "file://localhost/shows/cut/v%201/%C3%BC%23.mov"),
        ("media/a.mov", "v 1/ü#.mov"),
    ],
)
def test_a_new_path_takes_the_form_of_its_neighbour(like: str, text: str) -> None:
    assert respell(Path("/shows/cut/v 1/ü#.mov"), like, base=BASE) == text


def test_a_path_outside_the_timelines_folder_stays_absolute() -> None:
    assert respell(Path("/out/a.mov"), "media/a.mov", base=BASE) == "/out/a.mov"
