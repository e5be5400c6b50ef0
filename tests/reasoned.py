"""A question about a small clip, and a good answer to it."""

import copy
import json

import numpy as np

from void_studio.assist import Grid, Question, QuestionFrame
from void_studio.core import Extent, FrameRange

EXTENT = Extent(160, 90)
FRAMES = FrameRange(1001, 9)
GRID = Grid.of(EXTENT)

GOOD = {
    "belongings": [
        {"noun": "leash", "frame": 1003, "row": 3, "column": 4, "rows": 2, "columns": 1}
    ],
    "affected": [
        {
            "noun": "shadow",
            "category": "visual artifact",
            "why": "it is cast on the ground",
            "moves": False,
            "first_frame": 1002,
            "size": {"rows": 1, "columns": 2},
            "path": [],
            "cells": [
                {"frame": 1002, "cells": [{"row": 6, "column": 3}, {"row": 6, "column": 4}]},
                {"frame": 1006, "cells": [{"row": 7, "column": 9}]},
            ],
        },
        {
            "noun": "guitar",
            "category": "physical",
            "why": "it was held",
            "moves": True,
            "first_frame": 1001,
            "size": {"rows": 2, "columns": 2},
            "path": [
                {"frame": 1001, "row": 2, "column": 2},
                {"frame": 1005, "row": 6, "column": 2},
            ],
            "cells": [],
        },
    ],
    "scene": "An empty courtyard at dusk, the camera pans right.",
}


def good(**changes) -> str:
    return json.dumps({**GOOD, **changes})


def changed(change) -> str:
    value = copy.deepcopy(GOOD)
    change(value)
    return json.dumps(value)


def small_question(instruction: str = "a dog") -> Question:
    random = np.random.default_rng(2)
    frames = []
    for frame in (1001, 1005, 1009):
        rgb = random.integers(0, 255, (*EXTENT.shape, 3), np.uint8)
        remove = np.zeros(EXTENT.shape, np.bool_)
        remove[30:60, 40:80] = True
        frames.append(QuestionFrame(frame, rgb, remove))
    return Question(tuple(frames), FRAMES, GRID, instruction)
