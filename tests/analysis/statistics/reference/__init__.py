"""Facts computed elsewhere, and how ours are asked for the same."""
