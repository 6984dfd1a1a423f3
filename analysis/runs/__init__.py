"""Runs: computations as units of an experiment, kept in tables, done by workers that may die."""
