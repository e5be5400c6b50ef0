"""What the reference computed, and how near we are to it."""
