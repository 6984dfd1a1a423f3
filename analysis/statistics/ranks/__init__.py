"""Tests that look at the order of values alone, and permutation tests: no distribution is assumed."""
