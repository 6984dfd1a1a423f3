"""A platform inside Machina: it can do everything, costs nothing, and calls nobody. For tests and for trying things."""
