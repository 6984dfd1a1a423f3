"""Questions put to columns: who is held against whom, by which formula, and what it comes to in words. Pure."""
