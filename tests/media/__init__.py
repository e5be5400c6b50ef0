"""Synthetic plates: small real movies in which every frame carries its own number."""
