"""Doing runs: the loop of a warm worker, and all that may go wrong under it."""
