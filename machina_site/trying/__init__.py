"""Try policies on a world like an experiment's own, before it starts."""
