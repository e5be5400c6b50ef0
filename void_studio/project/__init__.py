"""The project file: what a person has done to the shots of a timeline."""

from void_studio.project.file import Project
from void_studio.project.owner import holder
from void_studio.project.rows import ProjectShot, ProjectTake, ProjectTimeline, ProjectVersion
from void_studio.project.volume import is_network_volume

__all__ = [
    "Project",
    "ProjectShot",
    "ProjectTake",
    "ProjectTimeline",
    "ProjectVersion",
    "holder",
    "is_network_volume",
]
