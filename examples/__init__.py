"""Studies to start from."""
