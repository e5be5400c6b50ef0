"""The whole studio, from the command line."""
