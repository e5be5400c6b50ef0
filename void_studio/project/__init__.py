"""The project file: shots, mattes, requests, versions, journal."""

from void_studio.project.file import Project, ProjectShot, ProjectTimeline, ProjectVersion

__all__ = ["Project", "ProjectTimeline", "ProjectShot", "ProjectVersion"]
