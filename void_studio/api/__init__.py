"""All that a plugin may see: protocols, value types, the Registry."""
