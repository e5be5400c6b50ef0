"""A studio in a process of its own: one JSON list of words a line in, one JSON answer a line out.

A crash or a hang in a codec takes this process along and not the tests.
"""

import json
import sys

from typer.testing import CliRunner

from void_studio.app.cli.main import app


def answer(words: list[str]) -> dict[str, object]:
    result = CliRunner().invoke(app, words)
    foreign = result.exception is not None and not isinstance(result.exception, SystemExit)
    return {
        "code": result.exit_code,
        "out": result.stdout[-2000:],
        "err": result.stderr[-2000:],
        "exception": repr(result.exception) if foreign else "",
    }


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)
