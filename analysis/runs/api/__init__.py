"""This room's part of /api/v1/."""
