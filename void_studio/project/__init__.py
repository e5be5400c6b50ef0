"""The project file: shots, mattes, requests, versions, journal."""
