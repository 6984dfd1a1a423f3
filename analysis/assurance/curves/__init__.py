"""Curves of trials (`safe_trial`), read from runs and drawn: performance, solution rate, failure rate."""
