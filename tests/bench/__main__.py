"""`python -m tests.bench [NAME ...]`: every figure, one JSON object a line; NAMEs choose."""

import importlib
import sys

SUITES = (
    "timelines",
    "long_cut",
    "reading",
    "painting",
    "desktop",
    "desktop_viewer",
    "desktop_gaps",
    "draft",
    "demo",
    "uhd",
    "void",
    "assist",
    "assist_affected",
    "worker",
)


def main(wanted: list[str]) -> int:
    """Print the figures of the wanted suites; 1 when one misses its target."""
    ok = True
    for name in wanted or SUITES:
        for figure in importlib.import_module(f"tests.bench.{name}").figures():
            print(figure.line(), flush=True)
            ok = ok and figure.ok
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
