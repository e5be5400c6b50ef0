"""Measured figures: one JSON line each."""
