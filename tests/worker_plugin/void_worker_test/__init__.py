"""A plugin for the tests of the worker: real code, found as any other plugin."""
