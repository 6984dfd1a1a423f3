"""Models of numpy: no more than arithmetic, so that their state is a handful of arrays."""
