"""Reasoners that ask a vision model what a removed object touched."""
