"""VOID Studio: remove an object, and what it did to the scene, from a shot in a timeline."""

__version__ = "0.1.0"
