"""How each method is called with a table: by chapter of the registry, a line for each key."""
