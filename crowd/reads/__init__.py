"""Rows of the crowd as values: what takes more than one chained question to a table. Nothing is written here."""
