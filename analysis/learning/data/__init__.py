"""Data sets, what may be done to them, and how they are dealt out in batches. Chance comes in as a seed."""
