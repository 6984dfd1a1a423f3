"""Previews for the staff: a step while it is being typed, and the whole timeline of an arm. Nothing is stored."""
