"""A studio that paints until it is killed: `python -m tests.session_child CUT STATE`.

Before each stroke its number is printed; strokes are one after the other as a hand would do them,
each begun when the one before has arrived. Every fifth one is undone and done again.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from tests.session_parts import studio_in

__all__ = ["position"]

_PAUSE_S = 0.005


def position(number: int) -> tuple[int, int]:
    """Where stroke `number`, from 1, makes its dab; (x, y) in plate pixels."""
    return 2 + 4 * (number % 23), 2 + 4 * (number // 23 % 15)


def main(cut: Path, state: Path) -> None:
    """Paint without end."""
    with studio_in(state) as studio:
        studio.open(cut)
        studio.choose(0)
        shot = studio.session.shot
        assert shot is not None
        studio.session.view.brush_px = 2
        number = max(1, len(shot.document.history.done))
        while True:
            print(number, flush=True)
            x, y = position(number)
            shot.painting.begin(x + 0.5, y + 0.5)
            shot.painting.end()
            if number % 5 == 0:
                shot.painting.undo()
                shot.painting.redo()
            studio.settle()
            time.sleep(_PAUSE_S)
            number += 1


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
