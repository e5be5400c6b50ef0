"""Takes and versions: requests, atomic publish, recipe, certificate."""
