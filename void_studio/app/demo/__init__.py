"""The demo: a synthetic shot with known truth, taken through the whole studio."""
