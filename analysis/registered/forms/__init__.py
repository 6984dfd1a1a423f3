"""The plan as a form."""
