"""English, with the day first and 24 hours."""
