"""The studio, called as a person calls it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
from typer.testing import CliRunner

from void_studio.app.cli.main import app

SCHEMAS = Path(__file__).resolve().parents[2] / "resources" / "schemas"


@dataclass(frozen=True)
class Answer:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def value(self) -> dict[str, Any]:
        found = json.loads(self.out)
        assert isinstance(found, dict)
        return found


def studio(*words: object) -> Answer:
    """Call `void-studio` in this process."""
    result = CliRunner().invoke(app, [str(word) for word in words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Answer(result.exit_code, result.stdout, result.stderr)


def checked(schema: str, *words: object) -> dict[str, Any]:
    """Call a command with --json; it must end well and print what its schema says."""
    answer = studio(*words, "--json")
    assert answer.code == 0, answer.err
    jsonschema.validate(answer.value, json.loads((SCHEMAS / f"{schema}.json").read_text()))
    return answer.value
