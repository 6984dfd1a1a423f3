"""Curves of trials (`safe_trial`), read from the runs of batches and drawn: performance, solution rate, failure rate."""
