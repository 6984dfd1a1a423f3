"""Whole studies played through before they are paid for. Runs are counted in sums that add up, piece by piece."""
