"""The board in the console."""
