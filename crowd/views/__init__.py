"""Pages of this room, for the console."""
