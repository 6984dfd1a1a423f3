"""Splitting data into candidate and safety set, and the safety test itself."""
