"""VOID: what the model makes of a quadmask. Importing this package never imports torch."""
