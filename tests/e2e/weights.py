"""`void-worker weights`, called as a person calls it."""

import json

import jsonschema
from typer.testing import CliRunner

from tests.e2e.studio import SCHEMAS, Answer
from void_studio.core import StudioError
from void_studio.worker.cli import app


def weights(*words, answer=None):
    """Call the command in this process; an error becomes its line and exit code."""
    result = CliRunner().invoke(app, ["weights", *map(str, words)], input=answer)
    error = result.exception
    if isinstance(error, StudioError):
        return Answer(error.exit_code, result.stdout, result.stderr + error.line())
    if error is not None and not isinstance(error, SystemExit):
        raise error
    return Answer(result.exit_code, result.stdout, result.stderr)


def checked(command, *words, code=0):
    """The JSON of a command, as its schema says it is."""
    answer = weights(command, *words, "--json")
    assert answer.code == code, answer.err
    schema = SCHEMAS / f"weights_{command}.json"
    jsonschema.validate(answer.value, json.loads(schema.read_text()))
    return answer.value
