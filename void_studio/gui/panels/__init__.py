"""The panels around the viewer; one file for each."""
