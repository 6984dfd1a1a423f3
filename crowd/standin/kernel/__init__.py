"""What every stand-in is made of: a journal, tables, a movable clock, an agenda, faults, HTTP, and its controls."""
