"""The headless studio: session, commands, settings, wiring, command line."""
