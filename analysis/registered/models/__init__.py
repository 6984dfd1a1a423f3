"""Tables of what was registered."""
