"""Benchmarks: what a participant costs. Run by `make bench`; results and how to read them: docs/performance.md."""
