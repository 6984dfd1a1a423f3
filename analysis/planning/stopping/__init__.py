"""Whether to go on: how likely success still is, what one more batch is worth, and what the money still pays for."""
