"""Who gets which arm."""
