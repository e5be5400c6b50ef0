"""Requests, recipes and certificates as JSON: equal both ways, strict on the way in."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.version_parts import SMALL, noise_plate, published, request_for
from void_studio.core import BadInput, InputChanged, NotPresent
from void_studio.engine import Exactness
from void_studio.jobs import JobSpec
from void_studio.versions import Certificate, Recipe, RenderRequest, fingerprint_of


@pytest.fixture(scope="module")
def plate(tmp_path_factory):
    return noise_plate(tmp_path_factory.mktemp("plate") / "plate.mkv", "yuv420p", SMALL)


@pytest.fixture(scope="module")
def version(tmp_path_factory, plate):
    return published(tmp_path_factory.mktemp("versions"), plate, deliveries=("prores_422_hq",))


def test_a_request_comes_back_equal(plate):
    request = request_for(plate)
    assert RenderRequest.decode(request.encode()) == request
    plain = replace(request, grain_seed=None, plate=replace(request.plate, start_timecode=None))
    assert RenderRequest.decode(plain.encode()) == plain
    assert plain.digest != request.digest


def test_a_job_in_a_request_keeps_its_digest(plate):
    params = {"text": "ü", "count": 3, "share": 0.1, "flag": False}
    job = JobSpec.of("void", params, "0" * 64, prompt="a wall", allow=Exactness.NEAR)
    request = RenderRequest.decode(replace(request_for(plate), job=job).encode())
    assert request.job == job
    assert request.job.digest == job.digest
    assert [type(value) for _, value in request.job.params] == [int, bool, float, str]


def test_recipe_and_certificate_come_back_equal(version):
    assert Recipe.decode(version.recipe.encode()) == version.recipe
    assert Certificate.decode(version.certificate.encode()) == version.certificate


def test_a_certificate_states_what_its_readers_look_for(version):
    value = json.loads(version.certificate.encode())
    assert value["schema"] == "void_studio.certificate.1"
    assert value["ok"] is True
    assert value["per_plane"] == {"U": 0, "V": 0, "Y": 0}
    assert value["first_difference"] is None
    assert value["deliveries"][0]["note"] == "lossy outside too"


def _paths(value, prefix=()):
    """Where every value in a JSON document is."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in items:
        yield (*prefix, key)
        if isinstance(inner, (dict, list)):
            yield from _paths(inner, (*prefix, key))


def _parent(value, path):
    for key in path[:-1]:
        value = value[key]
    return value


PAPERS = {"recipe": Recipe, "certificate": Certificate}
OPTIONAL = {"first_difference", "outside_samples_changed", "grain_seed", "start_timecode"}


@pytest.mark.parametrize("paper", PAPERS)
def test_every_field_is_needed(version, paper):
    value = json.loads(getattr(version, paper).encode())
    for path in _paths(value):
        if isinstance(path[-1], int) or "params" in path[:-1] or "per_plane" in path[:-1]:
            continue
        changed = json.loads(json.dumps(value))
        del _parent(changed, path)[path[-1]]
        with pytest.raises(BadInput):
            PAPERS[paper].decode(json.dumps(changed).encode())


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("wrong", [[[]], {"x": 1}, -1e9, 1e30], ids=str)
def test_a_value_of_another_kind_is_refused_in_every_field(version, paper, wrong):
    value = json.loads(getattr(version, paper).encode())
    for path in _paths(value):
        free = "params" in path[:-1] or (path[-1] in {"modified_ns", "start", "frames"})
        if (free and not isinstance(wrong, (dict, list))) or path[-1] == "params":
            continue
        changed = json.loads(json.dumps(value))
        _parent(changed, path)[path[-1]] = wrong
        with pytest.raises(BadInput):
            PAPERS[paper].decode(json.dumps(changed).encode())


@pytest.mark.parametrize("paper", PAPERS)
def test_an_unknown_field_is_refused(version, paper):
    value = json.loads(getattr(version, paper).encode())
    with pytest.raises(BadInput, match="surprise"):
        PAPERS[paper].decode(json.dumps(value | {"surprise": 1}).encode())


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"schema": NaN}', b'{"schema": "x"}'],
    ids=range(8),
)
@pytest.mark.parametrize("paper", [Recipe, Certificate, RenderRequest])
def test_what_is_not_ours_is_refused(paper, data):
    with pytest.raises(BadInput):
        paper.decode(data)


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_no_damage_to_a_recipe_gives_anything_but_one_line(version, data):
    encoded = bytearray(version.recipe.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        encoded[data.draw(st.integers(0, len(encoded) - 1))] = data.draw(st.integers(0, 255))
    line = ""
    try:
        Recipe.decode(bytes(encoded))
    except BadInput as error:
        line = error.line()
    assert "\n" not in line


def test_a_certificate_that_says_ok_against_its_figures_is_refused(version):
    value = json.loads(version.certificate.encode())
    with pytest.raises(BadInput, match="figures"):
        Certificate.decode(json.dumps(value | {"outside_samples_changed": 3}).encode())
    with pytest.raises(BadInput, match="figures"):
        Certificate.decode(json.dumps(value | {"problems": ["x"]}).encode())


def test_a_time_that_is_not_utc_is_refused(plate):
    value = json.loads(request_for(plate).encode())
    for written in ("2026-11-21T01:02:03", "2026-11-21T01:02:03+02:00", "yesterday"):
        with pytest.raises(BadInput, match="requested_at"):
            RenderRequest.decode(json.dumps(value | {"requested_at": written}).encode())
    moment = RenderRequest.decode(json.dumps(value).encode()).requested_at
    assert moment.utcoffset() == timedelta(0)


def test_a_fingerprint_sees_size_and_both_ends_and_survives_a_copy(tmp_path):
    original, copy = tmp_path / "a", tmp_path / "b"
    data = bytearray(3 << 20)
    original.write_bytes(data)
    copy.write_bytes(data)
    first = fingerprint_of(original)
    assert fingerprint_of(copy).same_content(first)
    for place in (0, len(data) - 1):
        data[place] = 1
        copy.write_bytes(data)
        assert not fingerprint_of(copy).same_content(first)
        data[place] = 0
    copy.write_bytes(data + b"\0")
    assert not fingerprint_of(copy).same_content(first)
    with pytest.raises(NotPresent):
        fingerprint_of(tmp_path / "gone")
    with pytest.raises(BadInput) as refused:
        fingerprint_of(tmp_path)
    assert not isinstance(refused.value, InputChanged)


def test_how_the_engine_ran_is_in_the_recipe(version):
    ran = (("plan", "C"), ("seconds", 12.5), ("steps", 30), ("streamed", False))
    told = replace(version.recipe, rendered_by=replace(version.recipe.rendered_by, ran=ran))
    assert Recipe.decode(told.encode()) == told
    with pytest.raises(BadInput):
        Recipe.decode(told.encode().replace(b'"plan":"C"', b'"plan":["C"]'))
