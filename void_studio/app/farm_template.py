"""The Open Job Description template of a bundle: one task for every shot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from void_studio.core import UsageError

__all__ = ["MOST_TASKS", "job_template"]

MOST_TASKS = 1024
_NAME_CHARS = 100
_STOP_S = 60


def job_template(title: str, tasks: Sequence[str], *, gpus: int) -> dict[str, Any]:
    """A template of specification 2023-09; its folder is the bundle.

    A task runs `void-worker run-bundle`, which is told to stop `_STOP_S` seconds before it is
    killed, and which goes on from its last checkpoint when it is run again. Raises UsageError for
    more tasks than a template may have.
    """
    if len(tasks) > MOST_TASKS:
        raise UsageError(f"{len(tasks)} shots", hint=f"a bundle has at most {MOST_TASKS}")
    return {
        "specificationVersion": "jobtemplate-2023-09",
        "name": f"VOID {_plain(title)}"[:_NAME_CHARS],
        "parameterDefinitions": [_folder_parameter(), _program_parameter()],
        "steps": [{"name": "Render", **_tasks(tasks), "script": _script(), **_hosts(gpus)}],
    }


def _folder_parameter() -> dict[str, Any]:
    return {
        "name": "Bundle",
        "type": "PATH",
        "objectType": "DIRECTORY",
        "dataFlow": "INOUT",
        "default": ".",
        "description": "The folder of this template.",
    }


def _program_parameter() -> dict[str, Any]:
    return {
        "name": "Worker",
        "type": "STRING",
        "default": "void-worker",
        "description": "The void-worker program on the farm's machines.",
    }


def _tasks(tasks: Sequence[str]) -> dict[str, Any]:
    shot = {"name": "Shot", "type": "STRING", "range": list(tasks)}
    return {"parameterSpace": {"taskParameterDefinitions": [shot]}}


def _script() -> dict[str, Any]:
    return {
        "actions": {
            "onRun": {
                "command": "{{Param.Worker}}",
                "args": ["run-bundle", "{{Param.Bundle}}", "{{Task.Param.Shot}}"],
                "cancelation": {
                    "mode": "NOTIFY_THEN_TERMINATE",
                    "notifyPeriodInSeconds": _STOP_S,
                },
            }
        }
    }


def _hosts(gpus: int) -> dict[str, Any]:
    if not gpus:
        return {}
    return {"hostRequirements": {"amounts": [{"name": "amount.worker.gpu", "min": gpus}]}}


def _plain(text: str) -> str:
    """Without what the template's format strings, or its rules for names, would take amiss."""
    return "".join(letter for letter in text if letter.isprintable() and letter not in "{}")
